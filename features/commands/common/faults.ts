import { defineFaults } from '../../../base/common/fault.ts'

export const commandsFaults = defineFaults({
  'command.inline_credential': [
    422,
    (what: string) =>
      `The line contains ${what}. It was not stored and did not run. Give it as an environment variable or on standard input: their values are kept nowhere.`,
  ],
  'command.line_out_of_bounds': [
    403,
    () =>
      'This token may not run that line: none of its command rules covers it. A rule without * at its end must be the whole line.',
  ],
  'command.server_out_of_bounds': [
    403,
    (server: string) => `This token may not act on ${server}. Its person can add the server to its rules.`,
  ],
  'command.variable_out_of_bounds': [
    403,
    (variable: string) =>
      `This token may run some lines only, and ${variable} could make the shell run another. Leave it out.`,
  ],
  'command.not_yours': [403, () => 'Someone else ran this command. They, or an administrator, can end it.'],
  'command.already_picked_up': [
    409,
    (word: string, canStop: boolean) =>
      `This command cannot be cancelled any more: it is ${word}.${canStop ? ' Stop it instead.' : ''}`,
  ],
  'command.not_running': [
    409,
    (word: string, canCancel: boolean) =>
      `This command does not run: it is ${word}.${canCancel ? ' Cancel it instead.' : ''}`,
  ],
  'command.run_after_failed': [
    409,
    (word: string) => `The command to run after is ${word}, so this one would never start.`,
  ],
  'command.duplicate_server': [400, () => 'The same server is named twice. Name each once.'],
  'command.output_arriving': [
    409,
    (word: string) =>
      `This command is ${word}: its output is still arriving. Read it with command.output until it has ended.`,
  ],
  'command.bad_cursor': [400, () => 'That cursor is not one of this list. Start again without it.'],
})
