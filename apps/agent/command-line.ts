import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AgentRefusal } from '../../wire/agent/agent-refusal.ts'

export interface CommandLine {
  readonly task: 'run' | 'checkpoint' | 'install-service'
  readonly directory: string
  readonly url: string | undefined
  readonly token: string | undefined
  readonly name: string | undefined
  readonly onlyEnrol: boolean
  readonly help: boolean
}

export const USAGE = `Runs the Annals agent on this machine.

  npm run agent -- --url https://annals.example.com --token TOKEN   enrol this machine, then run
  npm run agent                                                     run the agent enrolled before
  npm run agent -- --url https://annals.example.org                 the same, its server has moved there
  npm run agent -- checkpoint                                       print the journal heads it remembers
  npm run agent -- install-service                                  write a systemd unit and say how to start it

  --data DIRECTORY   where it keeps its identity and queue (/var/lib/annals-agent for root, ~/.local/state/annals-agent)
  --name NAME        what the server is called in the console (this machine's host name)
  --once-enrol       enrol and leave
  ANNALS_TOKEN       may hold the token instead, so that it is in no list of processes
`

/** @throws AgentRefusal on anything it does not know. */
export function readCommandLine(words: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(words)
  } catch (cause) {
    throw new AgentRefusal(`${(cause as Error).message.split('. ')[0]}. --help shows what there is.`, {
      cause,
      exitCode: 2,
    })
  }
  const { values, positionals } = parsed
  const task = positionals[0] ?? 'run'
  if ((task !== 'run' && task !== 'checkpoint' && task !== 'install-service') || positionals.length > 1) {
    throw new AgentRefusal(
      `The agent does not know "${positionals.join(' ')}". --help shows what there is.`,
      { exitCode: 2 },
    )
  }
  return {
    task,
    directory: values.data ?? defaultDirectory(env),
    url: values.url,
    token: values.token ?? env['ANNALS_TOKEN'],
    name: values.name,
    onlyEnrol: values['once-enrol'] ?? false,
    help: values.help ?? false,
  }
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      token: { type: 'string' },
      name: { type: 'string' },
      data: { type: 'string' },
      'once-enrol': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

function defaultDirectory(env: NodeJS.ProcessEnv): string {
  if (process.geteuid?.() === 0) return '/var/lib/annals-agent'
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'annals-agent')
}
