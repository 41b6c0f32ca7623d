import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** How to start a shell so that it says what it runs. */
export interface ShellLaunch {
  /** Arguments after the program's name. bash must not be started as a login shell (`-bash`): its script reads what one would. */
  readonly argv: readonly string[]
  /** To add to the environment. The scripts take these variables out again before anything of the person's runs. */
  readonly env: Readonly<Record<string, string>>
}

const SCRIPTS = ['bash.sh', 'zsh/.zshenv', 'fish.fish']

/**
 * Writes the scripts to a directory that exists. Every account must be able to read them and only the agent to write them, which is why
 * they are not read where the agent itself lies.
 */
export function writeShellScripts(directory: string): void {
  for (const name of SCRIPTS) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    writeFileSync(path, readFileSync(join(import.meta.dirname, 'scripts', name)))
    chmodSync(dirname(path), 0o755)
    chmodSync(path, 0o644)
  }
}

/**
 * @param shell the account's login shell, a path or a name. @param nonce what the marks are to carry, so that output cannot
 * imitate them: 16 or more hexadecimal digits, new for each terminal. @param directory where `writeShellScripts` wrote.
 * @param zdotdir what ZDOTDIR would be without us, if anything.
 * @returns undefined for a shell there is no integration for: start it as ever.
 */
export function shellLaunch({
  shell,
  nonce,
  directory,
  zdotdir,
}: {
  readonly shell: string
  readonly nonce: string
  readonly directory: string
  readonly zdotdir?: string
}): ShellLaunch | undefined {
  const env = { ANNALS_NONCE: nonce }
  switch (basename(shell)) {
    case 'bash':
      return { argv: ['--init-file', join(directory, 'bash.sh')], env }
    case 'zsh':
      return {
        argv: ['-l'],
        env: {
          ...env,
          ZDOTDIR: join(directory, 'zsh'),
          ...(zdotdir === undefined ? {} : { ANNALS_ZDOTDIR: zdotdir }),
        },
      }
    case 'fish':
      // fish takes what follows as its own language: one quoted word.
      return { argv: ['-l', '--init-command', `source ${quote(join(directory, 'fish.fish'))}`], env }
    default:
      return undefined
  }
}

const quote = (path: string): string => `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
