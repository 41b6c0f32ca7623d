import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ShellLaunch, shellLaunch, writeShellScripts } from '../shell-integration/index.ts'

/** The scripts that make shells say what they run, where every account can read them and only the agent write. */
export class ShellScripts {
  #directory: string | undefined

  /** @returns undefined for a shell there is no script for */
  launch(shell: string, nonce: string): ShellLaunch | undefined {
    return shellLaunch({ shell, nonce, directory: this.#prepared() })
  }

  remove(): void {
    if (this.#directory) rmSync(this.#directory, { recursive: true, force: true })
    this.#directory = undefined
  }

  /** Written with the first terminal, and again where something cleaned up. */
  #prepared(): string {
    if (this.#directory === undefined || !existsSync(join(this.#directory, 'bash.sh'))) {
      const parent = process.geteuid?.() === 0 && existsSync('/run') ? '/run' : tmpdir()
      const directory = mkdtempSync(join(parent, 'annals-shell-'))
      chmodSync(directory, 0o755)
      writeShellScripts(directory)
      this.#directory = directory
    }
    return this.#directory
  }
}
