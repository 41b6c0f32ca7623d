import type { Piece } from './piece-reader.ts'

/** A stretch of output with its place in the combined output. */
export interface Placed {
  readonly start: number
  readonly track: 1 | 2
  readonly at: Date
  readonly bytes: Uint8Array
}

/** The last so many bytes of a growing output, whole stretches only but for the first. */
export class TailRing {
  readonly #limitBytes: number
  #kept: Placed[] = []
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  push(piece: Exclude<Piece, { track: 9 }>, start: number): void {
    this.#kept.push({ start, track: piece.track, at: piece.at, bytes: piece.bytes })
    this.#bytes += piece.bytes.length
    while (this.#bytes > this.#limitBytes) {
      const first = this.#kept[0]!
      const excess = this.#bytes - this.#limitBytes
      if (first.bytes.length <= excess) this.#kept.shift()
      else this.#kept[0] = { ...first, start: first.start + excess, bytes: first.bytes.slice(excess) }
      this.#bytes -= Math.min(first.bytes.length, excess)
    }
  }

  /** Everything kept from this place on. */
  from(start: number): Placed[] {
    return this.#kept.flatMap((placed) => {
      const skip = start - placed.start
      if (skip >= placed.bytes.length) return []
      return [skip <= 0 ? placed : { ...placed, start, bytes: placed.bytes.subarray(skip) }]
    })
  }
}
