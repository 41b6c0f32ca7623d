import { type Account, LAUNCH_PRELUDE } from '../../../commands/agent/index.ts'

/**
 * Becomes the account's login shell at its terminal. It leads a session of its own, and says `ready` on descriptor 4. The
 * terminal becomes the session's by being the first it opens.
 */
export const TERMINAL_SCRIPT = `${LAUNCH_PRELUDE}if ! [ -r "$annals_tty" ] || ! [ -w "$annals_tty" ]; then
  echo "The account cannot open its terminal $annals_tty." >&4
  exit 126
fi
exec 0<>"$annals_tty" 1>&0 2>&0
echo ready >&4
exec 4>&-
exec "$annals_shell" "$@"
`

export interface TerminalLaunch {
  readonly account: Account
  readonly tty: string
  /** Arguments of the shell. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** What goes through descriptor 3. Without its last line nothing of it is read. */
export function terminalLaunchText({ account, tty, argv, environment }: TerminalLaunch): string {
  const exported = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}\n`)
  return `${exported.join('')}set -- ${argv.map(quote).join(' ')}
annals_home=${quote(account.home)}
annals_shell=${quote(account.shell)}
annals_tty=${quote(tty)}
annals_whole=yes
`
}

/** As a login gives it: nothing of the agent's own. */
export function loginEnvironment(account: Account, path: string): Record<string, string> {
  return {
    PATH: account.uid === 0 ? path : path.replaceAll(/[^:]*\/sbin:?/g, '').replace(/:$/, ''),
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
