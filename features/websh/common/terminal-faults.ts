import { defineFaults } from '../../../base/common/fault.ts'

export const terminalFaults = defineFaults({
  'terminal.server_offline': [
    409,
    (server: string) =>
      `The agent on ${server} is not linked, so no terminal can be opened there. Try again when the server is online.`,
  ],
  'terminal.agent_too_old': [
    409,
    (server: string) =>
      `The agent on ${server} is too old for terminals. Install the agent that came with this server.`,
  ],
  'terminal.too_many': [
    429,
    (most: number) => `You have ${most} open terminals, which is as many as allowed. Close one first.`,
  ],
  'terminal.no_recording': [
    503,
    () =>
      'The recording could not be begun, and without a recording there is no terminal. An administrator finds the cause in the log.',
  ],
  'terminal.lines_bounded': [
    403,
    () =>
      'This token may run only some command lines, and in a terminal any line can be typed. Use a token whose commands are "*".',
  ],
  'terminal.not_open': [409, (word: string) => `This terminal is not open: it is ${word}.`],
  'terminal.not_yours': [
    403,
    () => 'This terminal was opened by somebody else. Watch it, or have it shared with you.',
  ],
  'terminal.is_yours': [409, () => 'This terminal is your own: attach to it instead of watching.'],
  'terminal.sharing_off': [
    403,
    () =>
      'This workspace does not allow terminals to be shared. An administrator can allow it under Settings.',
  ],
  'terminal.not_shared': [409, () => 'This terminal is not shared, so there is nothing to end.'],
  'terminal.share_gone': [
    404,
    () => 'This link is not valid: it is mistyped, it has expired, or it was withdrawn. Ask for a new one.',
  ],
  'terminal.share_password': [403, () => 'This link needs its password. Ask the one who sent it.'],
  'terminal.share_wrong_password': [
    403,
    () => 'That is not the password of this link. Try again, or ask the one who sent it.',
  ],
  'terminal.share_locked': [
    429,
    (seconds: number) => `Too many wrong passwords. Wait ${seconds} s and try again.`,
  ],
  'terminal.share_full': [429, (most: number) => `There are ${most} guests here already. Ask one to leave.`],
  'terminal.bad_ticket': [
    401,
    () => 'That ticket is not valid any more: it admits once, within 30 seconds. Get a new one.',
  ],
  'terminal.bad_cursor': [400, () => 'That cursor is not one of this list. Start again without it.'],
  'terminal.bad_mask': [
    400,
    (mask: string) =>
      `"${mask}" is not a regular expression, or one that can take too long. Write it simpler, or leave it out.`,
  ],
})
