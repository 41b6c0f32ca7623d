import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Says of one session's processes, known by their home, whether any of them wants to run: what it is about to show is still to come. */
export class Processes {
  readonly #home: string
  /** Process ids, and how often each was found to be somebody else's. */
  readonly #others = new Map<string, number>()
  readonly #own = new Set<string>()

  constructor(home: string) {
    this.#home = home
  }

  areBusy(): boolean {
    this.#lookAround()
    return [...this.#own].some(wantsToRun)
  }

  /** Ends what the session has left in the background: a multiplexer one detached from, a program that ignores a hang-up. */
  end(): void {
    this.#lookAround()
    // sshd writes its title over its environment; it says itself who it is.
    const daemon = read(join(this.#home, 'sshd.pid')).trim()
    if (/^\d+$/.test(daemon) && read(`/proc/${daemon}/cmdline`).includes('sshd_config'))
      process.kill(Number(daemon))
    for (const pid of this.#own) {
      try {
        if (this.#isOurs(pid)) process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  #isOurs(pid: string): boolean {
    return read(`/proc/${pid}/environ`).includes(`HOME=${this.#home}`)
  }

  #lookAround(): void {
    for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid)) this.#look(pid)
  }

  #look(pid: string): void {
    const looks = this.#others.get(pid) ?? 0
    // Between fork and exec it may still look like its parent.
    if (looks >= 2 || this.#own.has(pid)) return
    if (this.#isOurs(pid)) this.#own.add(pid)
    else this.#others.set(pid, looks + 1)
  }
}

/** Running, waiting for a disk, or for its turn. */
const wantsToRun = (pid: string): boolean => /\) [RD] /.test(read(`/proc/${pid}/stat`))

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
