/** Looks again and again, one look at a time, until it is stopped. */
export class RegularLook {
  readonly #everyMilliseconds: number
  readonly #look: () => Promise<void>
  readonly #failed: (error: unknown) => void
  #beat: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  /** @param failed hears why a look failed; the next one comes at its time */
  constructor(everyMilliseconds: number, look: () => Promise<void>, failed: (error: unknown) => void) {
    this.#everyMilliseconds = everyMilliseconds
    this.#look = look
    this.#failed = failed
  }

  start(): void {
    this.#beat = setInterval(() => {
      this.#looking ??= this.#look()
        .catch(this.#failed)
        .finally(() => {
          this.#looking = undefined
        })
    }, this.#everyMilliseconds)
    this.#beat.unref()
  }

  /** Resolves when nothing is being looked at. */
  async stop(): Promise<void> {
    clearInterval(this.#beat)
    await this.#looking
  }
}
