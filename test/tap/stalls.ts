import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './rig.ts'

/** Twice what the probe takes from one write to the next when nothing is in its way. What takes longer was a stall, all of it. */
const STEP_MILLISECONDS = 15

/** What the probe saw in a stretch of time, in milliseconds. */
export interface Seen {
  readonly ran: number
  readonly stalled: number
  readonly stalls: number
  readonly longest: number
}

export const stallWords = ({ stalls, stalled, longest }: Seen): string =>
  stalls === 0
    ? 'no stall'
    : `${stalls} stalls of ${stalled.toFixed(0)} ms in all, the longest of ${longest.toFixed(0)} ms`

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

  /** The moment before which the machine still ran for so long up to `end`, and what was in between. */
  before(end: number, milliseconds: number): { moment: number; seen: Seen } {
    let moment = end
    const seen = { ran: 0, stalled: 0, stalls: 0, longest: 0 }
    for (const from of this.#writes().reverse()) {
      if (from >= end) continue
      if (seen.ran >= milliseconds) return { moment, seen }
      count(seen, moment - from)
      moment = from
    }
    return { moment: Number.NEGATIVE_INFINITY, seen }
  }

  /** What was between two moments. */
  between(from: number, to: number): Seen {
    const seen = { ran: 0, stalled: 0, stalls: 0, longest: 0 }
    const moments = [from, ...this.#writes().filter((at) => at > from && at < to), to]
    for (const [index, at] of moments.slice(1).entries()) count(seen, at - moments[index]!)
    return seen
  }
}

function count(seen: { -readonly [field in keyof Seen]: number }, milliseconds: number): void {
  if (milliseconds <= STEP_MILLISECONDS) seen.ran += milliseconds
  else {
    seen.stalled += milliseconds
    seen.stalls++
    seen.longest = Math.max(seen.longest, milliseconds)
  }
}
