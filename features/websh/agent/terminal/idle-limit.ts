const WARNING_MILLISECONDS = 60_000
/** Of a short limit the warning takes no more than this part: whoever just typed is not warned. */
const WARNING_PART = 1 / 4

/** When a terminal that nobody types into is closed, and when that is said before. Times are of any clock that only goes forward. */
export class IdleLimit {
  readonly #milliseconds: number
  readonly #warning: number
  #typedAt: number
  #isWarned = false

  /** @param minutes null: never */
  constructor(minutes: number | null, now: number) {
    this.#milliseconds = minutes === null ? Number.POSITIVE_INFINITY : minutes * 60_000
    this.#warning = Math.min(WARNING_MILLISECONDS, this.#milliseconds * WARNING_PART)
    this.#typedAt = now
  }

  /** Somebody typed. @returns whether a warning has to be taken back */
  typed(now: number): boolean {
    this.#typedAt = now
    const wasWarned = this.#isWarned
    this.#isWarned = false
    return wasWarned
  }

  /** To be called every second. @returns in how many seconds it is closed, once when that is to be said; 0: now */
  check(now: number): number | undefined {
    const left = this.#typedAt + this.#milliseconds - now
    if (left <= 0) return 0
    if (left > this.#warning || this.#isWarned) return undefined
    this.#isWarned = true
    return Math.ceil(left / 1000)
  }
}
