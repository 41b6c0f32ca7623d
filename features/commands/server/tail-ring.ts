import type { Piece } from './piece-reader.ts'

/** A stretch of output with its place in the combined output. */
export interface Placed {
  readonly start: number
  readonly track: 1 | 2
  readonly at: Date
  readonly bytes: Uint8Array
}

/** The last so many bytes of a growing output, in at most so many stretches. */
export class TailRing {
  readonly #limitBytes: number
  readonly #limitStretches: number
  /** What is before `#first` was given up and is cut off now and then. */
  #kept: Placed[] = []
  #first = 0
  #bytes = 0

  constructor(limitBytes: number, limitStretches: number) {
    this.#limitBytes = limitBytes
    this.#limitStretches = limitStretches
  }

  push(piece: Exclude<Piece, { track: 9 }>, start: number): void {
    this.#kept.push({ start, track: piece.track, at: piece.at, bytes: piece.bytes })
    this.#bytes += piece.bytes.length
    while (this.#bytes > this.#limitBytes || this.#kept.length - this.#first > this.#limitStretches) {
      const first = this.#kept[this.#first]!
      const excess = this.#bytes - this.#limitBytes
      if (excess > 0 && first.bytes.length > excess) {
        this.#kept[this.#first] = { ...first, start: first.start + excess, bytes: first.bytes.slice(excess) }
        this.#bytes -= excess
      } else {
        this.#first++
        this.#bytes -= first.bytes.length
      }
    }
    if (this.#first > this.#limitStretches) {
      this.#kept = this.#kept.slice(this.#first)
      this.#first = 0
    }
  }

  /** Everything kept from this place on. */
  from(start: number): Placed[] {
    return this.#kept.slice(this.#first).flatMap((placed) => {
      const skip = start - placed.start
      if (skip >= placed.bytes.length) return []
      return [skip <= 0 ? placed : { ...placed, start, bytes: placed.bytes.subarray(skip) }]
    })
  }
}
