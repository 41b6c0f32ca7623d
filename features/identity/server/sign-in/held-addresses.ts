const KEPT_MAX = 10_000
const NAMES_MAX = 100
/** Then the database is asked again: somebody may have become known there, and settings may have changed. */
const LOOK_AGAIN_SECONDS = 10

interface Held {
  readonly until: number
  readonly lookAgain: number
  /** Usernames of those who are known there: what they may do only the database knows. */
  readonly known: ReadonlySet<string>
}

/**
 * Addresses that have to wait, kept in memory for a moment, so that a flood from one of them costs no statement each
 * time. The database alone decides; this only remembers what it said.
 */
export class HeldAddresses {
  readonly #held = new Map<string, Held>()

  /** Seconds to wait; 0 when the database has to be asked. */
  secondsOf(address: string, username: string, now: Date): number {
    const held = this.#held.get(address)
    if (held === undefined) return 0
    const at = now.getTime()
    if (at >= held.lookAgain || at >= held.until) {
      this.#held.delete(address)
      return 0
    }
    return held.known.has(username) ? 0 : Math.ceil((held.until - at) / 1000)
  }

  isKept(address: string): boolean {
    return this.#held.has(address)
  }

  /** @param known usernames of all who are known there; an address of very many is not kept */
  keep(address: string, seconds: number, known: readonly string[], now: Date): void {
    if (known.length > NAMES_MAX) return
    const at = now.getTime()
    this.#held.delete(address)
    this.#held.set(address, {
      until: at + seconds * 1000,
      lookAgain: at + LOOK_AGAIN_SECONDS * 1000,
      known: new Set(known),
    })
    if (this.#held.size > KEPT_MAX) this.#held.delete(this.#held.keys().next().value!)
  }
}
