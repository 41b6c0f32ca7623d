/** Of a way nothing is known of; and so little is under way where its time can be taken. */
const BYTES_UNKNOWN = 32 * 1024
/** Less than this never has to wait, so that a far and slow way still carries something. */
const BYTES_MIN = 8 * 1024
/** What is under way beyond what the way itself holds waits this long in front of its narrowest place. */
const MARGIN_MILLISECONDS = 25
const INTERVAL_MILLISECONDS = 20
/** The fastest of so many intervals counts: one in which nothing was to be sent says nothing. */
const INTERVALS = 4
/** A way may change: its time is taken anew after so long. */
const TIMED_MILLISECONDS = 10_000

/**
 * How many bytes may be under way on one way: what it carries in the time it takes there and back, and a moment more. A
 * slow reader then has little waiting before it, so that what is typed shows soon, and a far one is still kept busy. The
 * time is only taken when little is under way: what waits behind other bytes would measure those.
 *
 * Offsets count bytes from any beginning; times are milliseconds of any clock that only goes forward.
 */
export class FlightWindow {
  readonly #bytesMax: number
  #timed: { readonly end: number; readonly at: number } | undefined
  #roundTrip: { readonly milliseconds: number; readonly at: number } | undefined
  #interval: { readonly arrived: number; readonly at: number } | undefined
  /** Bytes in a millisecond, of the last intervals. */
  readonly #rates: number[] = []

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Bytes that may be under way. */
  bytes(now: number): number {
    if (this.#roundTrip === undefined || now - this.#roundTrip.at > TIMED_MILLISECONDS) return BYTES_UNKNOWN
    const carried = Math.max(0, ...this.#rates) * (this.#roundTrip.milliseconds + MARGIN_MILLISECONDS)
    return Math.min(this.#bytesMax, Math.max(BYTES_MIN, Math.round(carried)))
  }

  /** Bytes up to `end` go now, with so many before them that have not arrived. */
  sent(end: number, underWay: number, now: number): void {
    if (this.#timed === undefined && underWay < BYTES_UNKNOWN) this.#timed = { end, at: now }
  }

  /** Everything before `end` is known to have arrived. */
  arrived(end: number, now: number): void {
    if (this.#timed && end >= this.#timed.end) {
      this.#took(now - this.#timed.at, now)
      this.#timed = undefined
    }
    this.#interval ??= { arrived: end, at: now }
    const elapsed = now - this.#interval.at
    if (elapsed < INTERVAL_MILLISECONDS) return
    this.#rates.push((end - this.#interval.arrived) / elapsed)
    if (this.#rates.length > INTERVALS) this.#rates.shift()
    this.#interval = { arrived: end, at: now }
  }

  #took(milliseconds: number, now: number): void {
    const known = this.#roundTrip
    if (known && known.milliseconds < milliseconds && now - known.at <= TIMED_MILLISECONDS) return
    this.#roundTrip = { milliseconds, at: now }
  }
}
