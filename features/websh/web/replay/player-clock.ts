/** What is known of the recording ahead. All times in milliseconds from its start. */
export interface Ahead {
  /** When the screen changes next; null where nothing more is known. */
  readonly nextAt: number | null
  /** Nothing is kept up to there; null where something is. */
  readonly goneTo: number | null
  /** Up to here everything is known. */
  readonly knownTo: number
  readonly end: number
}

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const
/** A stillness is skipped when there is this much of it still to come. */
const IDLE_MILLISECONDS = 1500
/** So long one reads that there is nothing, before it goes on behind it. */
const GONE_MILLISECONDS = 2500
/** So much of it is shown before the screen moves again. */
const LEAD_MILLISECONDS = 300

/** Where a replay stands. Real time is passed in, so that it runs as well in a test. */
export class PlayerClock {
  #at = 0
  /** The real time at which `#at` was right; null while it stands still. */
  #since: number | null = null
  #speed = 1
  skipsIdle = true

  get at(): number {
    return this.#at
  }

  get isPlaying(): boolean {
    return this.#since !== null
  }

  get speed(): number {
    return this.#speed
  }

  play(now: number): void {
    this.#since ??= now
  }

  pause(): void {
    this.#since = null
  }

  seek(to: number, now: number): void {
    this.#at = Math.max(0, to)
    if (this.#since !== null) this.#since = now
  }

  /** @param now the change counts from here on; what passed at the old speed has been taken by `advance` */
  setSpeed(speed: number): void {
    this.#speed = speed
  }

  /** Time that passes does not count: the screen is behind. */
  hold(now: number): void {
    if (this.#since !== null) this.#since = now
  }

  /** Moves on. @returns the new position; never beyond what is known, so that nothing is passed over unseen */
  advance(now: number, { nextAt, goneTo, knownTo, end }: Ahead): number {
    if (this.#since === null) return this.#at
    const passed = Math.max(0, now - this.#since) * this.#speed
    this.#since = now
    let to = this.#at + passed
    if (goneTo !== null) to = Math.max(to, goneTo - GONE_MILLISECONDS * this.#speed)
    else if (this.skipsIdle) {
      // Beyond the last change there is only stillness up to the end.
      const moves = nextAt ?? (knownTo >= end ? end : null)
      if (moves !== null && moves - to > IDLE_MILLISECONDS) to = moves - LEAD_MILLISECONDS
    }
    this.#at = Math.max(this.#at, Math.min(to, knownTo, end))
    return this.#at
  }
}
