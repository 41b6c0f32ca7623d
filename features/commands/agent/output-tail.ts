import { OUTPUT_TAIL_BYTES } from '../common/wire.ts'
import { pieceHeader } from './pieces.ts'

const SEGMENTS_MAX = 8192

interface Segment {
  readonly track: number
  readonly at: number
  length: number
}

/** The last 512 KiB of an output that is too long to keep, in a ring that never grows. */
export class OutputTail {
  #ring: Buffer | undefined
  #write = 0
  #length = 0
  #segments: Segment[] = []
  /** Segments before this one are gone; shifting the list at each loss would be slow. */
  #first = 0
  #total = 0

  /** Bytes that went in. */
  get total(): number {
    return this.#total
  }

  /** Bytes that are still here. */
  get length(): number {
    return this.#length
  }

  add(track: number, bytes: Uint8Array, at: number): void {
    this.#total += bytes.length
    const kept = bytes.subarray(Math.max(0, bytes.length - OUTPUT_TAIL_BYTES))
    this.#ring ??= Buffer.allocUnsafeSlow(OUTPUT_TAIL_BYTES)
    const untilEnd = Math.min(kept.length, OUTPUT_TAIL_BYTES - this.#write)
    this.#ring.set(kept.subarray(0, untilEnd), this.#write)
    this.#ring.set(kept.subarray(untilEnd), 0)
    this.#write = (this.#write + kept.length) % OUTPUT_TAIL_BYTES
    const last = this.#segments.at(-1)
    if (last !== undefined && last.track === track && this.#segments.length > this.#first)
      last.length += kept.length
    else this.#segments.push({ track, at, length: kept.length })
    this.#length += kept.length
    this.#trim()
  }

  pieces(): Buffer[] {
    const parts: Buffer[] = []
    let from = (this.#write - this.#length + OUTPUT_TAIL_BYTES) % OUTPUT_TAIL_BYTES
    for (const { track, at, length } of this.#segments.slice(this.#first)) {
      const untilEnd = Math.min(length, OUTPUT_TAIL_BYTES - from)
      parts.push(pieceHeader(track, at, length), this.#ring!.subarray(from, from + untilEnd))
      if (length > untilEnd) parts.push(this.#ring!.subarray(0, length - untilEnd))
      from = (from + length) % OUTPUT_TAIL_BYTES
    }
    return parts
  }

  #trim(): void {
    let over = this.#length - OUTPUT_TAIL_BYTES
    while (over > 0 || this.#segments.length - this.#first > SEGMENTS_MAX) {
      const oldest = this.#segments[this.#first]!
      const cut =
        over > 0 && this.#segments.length - this.#first <= SEGMENTS_MAX
          ? Math.min(over, oldest.length)
          : oldest.length
      oldest.length -= cut
      this.#length -= cut
      over -= cut
      if (oldest.length === 0) this.#first++
    }
    if (this.#first > SEGMENTS_MAX) {
      this.#segments = this.#segments.slice(this.#first)
      this.#first = 0
    }
  }
}
