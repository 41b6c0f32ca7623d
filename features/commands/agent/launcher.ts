import { existsSync } from 'node:fs'
import type { Account } from './account.ts'

/** The only environment a process has before it has become the account. */
export const LAUNCHER_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** What Linux lets a program take as arguments and environment, less a margin. */
const EXEC_BYTES_MAX = 1_500_000
/** The longest single string among them. */
const EXEC_STRING_BYTES_MAX = 128 * 1024 - 1

/**
 * How every script begins that is run as an account, never as root for another: it waits for its orders on descriptor 3,
 * which nobody but the agent can write and no list of processes shows. When descriptor 3 ends early (the agent died before
 * the start was durable) it ends without having done anything.
 */
export const LAUNCH_PRELUDE = `
umask 022
annals_text=$(cat <&3)
case $annals_text in
  *"
annals_whole=yes") ;;
  *) exit 125 ;;
esac
eval "$annals_text" || exit 125
unset annals_text
exec 3<&-
cd "$annals_home" 2>/dev/null || cd /
if ! [ -x "$annals_shell" ]; then
  echo "The shell $annals_shell of this account cannot be executed." >&4
  exit 126
fi
`

/** Says `ready` on descriptor 4 before it becomes the account's shell, which runs the line. */
export const SCRIPT = `${LAUNCH_PRELUDE}echo ready >&4
exec 4>&-
exec "$annals_shell" -c "$annals_line"
`

const SETPRIV_PATHS = [
  '/usr/bin/setpriv',
  '/bin/setpriv',
  '/usr/sbin/setpriv',
  '/sbin/setpriv',
  '/usr/local/bin/setpriv',
]

export interface Launch {
  readonly file: string
  readonly arguments: readonly string[]
}

/**
 * @param script what is run as the account
 * @throws Error with a sentence when this machine lacks what is needed to become another account.
 */
export function launchAs(account: Account, script: string = SCRIPT): Launch {
  const shell = ['/bin/sh', '-c', script] as const
  if (process.geteuid?.() !== 0) return { file: shell[0], arguments: shell.slice(1) }
  const setpriv = SETPRIV_PATHS.find((path) => existsSync(path))
  if (setpriv === undefined) {
    throw new Error(
      'This server has no setpriv, which the agent needs to become an account. Install the package util-linux.',
    )
  }
  const identity = ['--reuid', account.name, '--regid', String(account.gid), '--init-groups']
  return { file: setpriv, arguments: [...identity, '--', ...shell] }
}

/**
 * What goes through descriptor 3: shell text that sets the environment and the line. Without its last line nothing of
 * it is read.
 * @throws Error with a sentence when a process cannot be given this.
 */
export function launchText(line: string, account: Account, env: Readonly<Record<string, string>>): string {
  const environment: Record<string, string> = {
    PATH: LAUNCHER_ENVIRONMENT.PATH,
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    TERM: 'dumb',
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    ...env,
  }
  let bytes = Buffer.byteLength(line)
  let text = ''
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`"${name}" cannot be the name of a variable.`)
    if (value.includes('\0')) throw new Error(`The value of the variable ${name} contains a NUL character.`)
    const size = name.length + Buffer.byteLength(value) + 2
    if (size > EXEC_STRING_BYTES_MAX) throw new Error(`The value of the variable ${name} is too long.`)
    bytes += size
    text += `export ${name}=${quote(value)}\n`
  }
  if (line.includes('\0')) throw new Error('The command line contains a NUL character.')
  if (Buffer.byteLength(line) > EXEC_STRING_BYTES_MAX)
    throw new Error('The command line is too long for this server.')
  if (bytes > EXEC_BYTES_MAX)
    throw new Error('The environment is too large for this server; use standard input instead.')
  return `${text}annals_home=${quote(account.home)}
annals_shell=${quote(account.shell)}
annals_line=${quote(line)}
annals_whole=yes
`
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
