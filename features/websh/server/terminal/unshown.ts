/** So much is shown at a time, so that nobody is handed much more than they have room for. */
const PART_BYTES = 16 * 1024

/** Bytes of a terminal's stream that were taken and are not shown yet, in order. */
export class Unshown {
  #parts: { readonly end: number; readonly bytes: Uint8Array }[] = []

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  /** @param end offset in the stream behind the last of these bytes */
  add(bytes: Uint8Array, end: number): void {
    const start = end - bytes.length
    for (let from = 0; from < bytes.length; from += PART_BYTES) {
      const part = bytes.subarray(from, from + PART_BYTES)
      this.#parts.push({ end: start + from + part.length, bytes: part })
    }
  }

  /** @returns the next part, when it ends before `limit`; undefined when there is none */
  take(limit: number): Uint8Array | undefined {
    const first = this.#parts[0]
    return first && first.end <= limit ? this.#parts.shift()!.bytes : undefined
  }

  clear(): void {
    this.#parts = []
  }
}
