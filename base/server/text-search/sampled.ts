const SAMPLE_MILLISECONDS = 10 * 60_000

/** What is estimated from a table now and then: asked for more often, it is what was drawn before. */
export class Sampled<T> {
  readonly #draw: () => Promise<T>
  #sample: Promise<T> | undefined
  #drawnAt = 0

  constructor(draw: () => Promise<T>) {
    this.#draw = draw
  }

  /** @param now milliseconds since 1970 */
  at(now: number): Promise<T> {
    const before = this.#sample
    if (before !== undefined && Math.abs(now - this.#drawnAt) < SAMPLE_MILLISECONDS) return before
    this.#drawnAt = now
    const next = this.#draw()
    this.#sample = next
    next.catch(() => {
      if (this.#sample === next) this.#sample = undefined
    })
    return next
  }
}
