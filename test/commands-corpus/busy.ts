import { readdirSync, readFileSync } from 'node:fs'

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
    for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid)) this.#look(pid)
    return [...this.#own].some(wantsToRun)
  }

  #look(pid: string): void {
    const looks = this.#others.get(pid) ?? 0
    // Between fork and exec it may still look like its parent.
    if (looks >= 2 || this.#own.has(pid)) return
    if (read(`/proc/${pid}/environ`).includes(`HOME=${this.#home}`)) this.#own.add(pid)
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
