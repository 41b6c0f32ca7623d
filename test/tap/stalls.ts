import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './rig.ts'

/** From one write of the probe to the next, at most so much of it counts as time in which the machine ran. */
const STEP_MILLISECONDS = 15
/** A longer one is named. */
const NAMED_MILLISECONDS = 50

export interface Stall {
  /** By the monotonic clock, in milliseconds. */
  readonly from: number
  readonly milliseconds: number
}

/**
 * Knows when this machine stood still: a process of its own writes to the same disk all the while, and notes when. A moment "250 ms before
 * a kill" is meant in time in which the machine ran; in what it stood still nobody could have brought a byte anywhere.
 */
export class Stalls {
  readonly #times: string
  readonly #probe: ChildProcess

  private constructor(times: string, probe: ChildProcess) {
    this.#times = times
    this.#probe = probe
  }

  static async watch(directory: string): Promise<Stalls> {
    const times = join(directory, 'stalls.times')
    writeFileSync(times, '')
    const program = fileURLToPath(new URL('stall-program.mjs', import.meta.url))
    const probe = spawn(process.execPath, [program, join(directory, 'stalls.probe'), times], {
      stdio: 'ignore',
    })
    const stalls = new Stalls(times, probe)
    await until(async () => stalls.#writes().length > 0)
    return stalls
  }

  stop(): void {
    this.#probe.kill('SIGKILL')
  }

  #writes(): number[] {
    return readFileSync(this.#times, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((each) => Number(each) / 1e6)
  }

  /**
   * The moment before which the machine still ran for so long up to `end`.
   * @returns it, and the stalls in between that are worth a name
   */
  before(end: number, milliseconds: number): { moment: number; stalls: Stall[] } {
    const writes = this.#writes().filter((at) => at < end)
    const stalls: Stall[] = []
    let ran = 0
    let until = end
    while (ran < milliseconds) {
      const from = writes.pop()
      if (from === undefined) return { moment: Number.NEGATIVE_INFINITY, stalls }
      ran += Math.min(until - from, STEP_MILLISECONDS)
      if (until - from > NAMED_MILLISECONDS) stalls.unshift({ from, milliseconds: until - from })
      until = from
    }
    return { moment: until, stalls }
  }
}
