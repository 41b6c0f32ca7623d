const KEPT_MAX = 10_000
/** Then the database is asked again: somebody may have become known there, and settings may have changed. */
const LOOK_AGAIN_SECONDS = 10

/**
 * Addresses that have to wait and at which nobody is known, kept in memory for a moment, so that a flood from one of
 * them costs no statement each time. The database alone decides; this only remembers what it said.
 */
export class HeldAddresses {
  readonly #held = new Map<string, { until: number; lookAgain: number }>()

  /** Seconds to wait; 0 when the database has to be asked. */
  secondsOf(address: string, now: Date): number {
    const held = this.#held.get(address)
    if (held === undefined) return 0
    const at = now.getTime()
    if (at < held.lookAgain && at < held.until) return Math.ceil((held.until - at) / 1000)
    this.#held.delete(address)
    return 0
  }

  keep(address: string, seconds: number, now: Date): void {
    const at = now.getTime()
    this.#held.delete(address)
    this.#held.set(address, { until: at + seconds * 1000, lookAgain: at + LOOK_AGAIN_SECONDS * 1000 })
    if (this.#held.size > KEPT_MAX) this.#held.delete(this.#held.keys().next().value!)
  }
}
