/** One write takes no more, so that a flood goes on by little and little instead of waiting for all of it. */
const WRITE_BYTES = 256 * 1024

/** Keeps bytes durably, one write at a time; what arrives meanwhile, or soon after, goes together. */
export class RecordWriter {
  readonly #write: (bytes: Uint8Array, offset: number) => Promise<number>
  readonly #durableAt: (offset: number) => void
  readonly #failed: (error: Error) => void
  #waiting: Uint8Array[] = []
  #waitingStart: number
  #waitingBytes = 0
  readonly #gatherMilliseconds: number
  #writing: Promise<void> | undefined
  #gathering: NodeJS.Timeout | undefined
  #durable: number
  #isBroken = false
  readonly #waiters: (() => void)[] = []

  constructor(options: {
    offset: number
    /** So long after it came something is written at the latest. */
    gatherMilliseconds: number
    write: (bytes: Uint8Array, offset: number) => Promise<number>
    durableAt: (offset: number) => void
    failed: (error: Error) => void
  }) {
    this.#durable = options.offset
    this.#gatherMilliseconds = options.gatherMilliseconds
    this.#waitingStart = options.offset
    this.#write = options.write
    this.#durableAt = options.durableAt
    this.#failed = options.failed
  }

  get durable(): number {
    return this.#durable
  }

  /** Bytes taken that are not durable. */
  get backlog(): number {
    return this.#waitingStart + this.#waitingBytes - this.#durable
  }

  add(bytes: Uint8Array): void {
    if (this.#isBroken || bytes.length === 0) return
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#schedule()
  }

  /** Resolves when everything before `offset` is durable, or never will be. */
  async reached(offset: number): Promise<void> {
    while (this.#durable < offset && (this.#writing || this.#waiting.length > 0)) {
      const written = new Promise<void>((resolve) => this.#waiters.push(resolve))
      this.#schedule()
      await written
    }
  }

  #schedule(): void {
    if (this.#writing || this.#waiting.length === 0) return
    const isDue =
      this.#gatherMilliseconds === 0 || this.#waitingBytes >= WRITE_BYTES || this.#waiters.length > 0
    if (isDue) this.#begin()
    else this.#gathering ??= setTimeout(() => this.#begin(), this.#gatherMilliseconds)
  }

  #begin(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#writing ??= this.#writeNext().finally(() => {
      this.#writing = undefined
      for (const resolve of this.#waiters.splice(0)) resolve()
      this.#schedule()
    })
  }

  #next(): Uint8Array {
    let count = 0
    let length = 0
    do length += this.#waiting[count++]!.length
    while (count < this.#waiting.length && length < WRITE_BYTES)
    const parts = this.#waiting.splice(0, count)
    return count === 1 ? parts[0]! : Buffer.concat(parts)
  }

  async #writeNext(): Promise<void> {
    const bytes = this.#next()
    const start = this.#waitingStart
    this.#waitingBytes -= bytes.length
    this.#waitingStart = start + bytes.length
    try {
      await this.#write(bytes, start)
    } catch (error) {
      this.#isBroken = true
      this.#waiting = []
      this.#waitingBytes = 0
      this.#failed(error as Error)
      return
    }
    this.#durable = start + bytes.length
    this.#durableAt(this.#durable)
  }
}
