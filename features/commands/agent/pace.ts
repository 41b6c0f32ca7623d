import { OUTPUT_KEPT_BYTES } from '../common/wire.ts'

/** As much as is kept may come at once; what is beyond is read only to be counted, and that has time. */
const BURST_BYTES = OUTPUT_KEPT_BYTES
export const PACE_BYTES_PER_SECOND = 24 * 1024 * 1024
/** Shorter waits are saved up: a timer has no finer ones. */
const WAIT_MILLISECONDS_MIN = 4

/**
 * How fast one command's output is read. A program that prints without end takes every processor it can get, and so do
 * those who read it; when its pipe is full it waits, and other commands start as if it was not there.
 */
export class Pace {
  #level = 0
  #at = Number.NEGATIVE_INFINITY

  /**
   * @param at milliseconds, ascending
   * @returns for how many milliseconds to read nothing more
   */
  take(bytes: number, at: number): number {
    const passed = Math.max(0, at - this.#at)
    this.#level = Math.max(0, this.#level - (passed * PACE_BYTES_PER_SECOND) / 1000) + bytes
    this.#at = at
    const wait = ((this.#level - BURST_BYTES) * 1000) / PACE_BYTES_PER_SECOND
    return wait < WAIT_MILLISECONDS_MIN ? 0 : wait
  }
}
