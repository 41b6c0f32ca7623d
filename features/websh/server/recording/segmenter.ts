import { createHash, type Hash } from 'node:crypto'
import { type PieceReader, PieceTrack, type ReadPiece } from '../../common/piece.ts'

export const SEGMENT_BYTES_MAX = 64 * 1024
export const SEGMENT_MILLISECONDS_MAX = 10_000

/** A closed stretch of the stream, as the journal will know it. */
export interface Segment {
  readonly no: number
  readonly startOffset: number
  readonly length: number
  readonly fromMilliseconds: number
  readonly toMilliseconds: number
  readonly outputBytes: number
  readonly sha256: Buffer
}

interface OpenSegment {
  readonly no: number
  readonly startOffset: number
  readonly fromMilliseconds: number
  end: number
  toMilliseconds: number
  outputBytes: number
  hash: Hash
}

/**
 * Cuts a piece stream into segments: whole pieces, at most 64 KiB, at most ten seconds of the terminal's time. A segment
 * is also closed by whoever keeps time when nothing more comes. Where the cuts fall does not matter to who verifies.
 */
export class Segmenter {
  readonly #reader: PieceReader
  /** The piece that is not whole yet. */
  #rest: Uint8Array = new Uint8Array(0)
  #open: OpenSegment
  #last: number

  constructor(reader: PieceReader, next: { no: number; startOffset: number; fromMilliseconds: number }) {
    this.#reader = reader
    this.#last = next.fromMilliseconds
    this.#open = begin(next)
  }

  /** Bytes of the open segment. */
  get openBytes(): number {
    return this.#open.end - this.#open.startOffset
  }

  /** Offset of the last cut: everything before it is in closed segments. */
  get startOffset(): number {
    return this.#open.startOffset
  }

  /** Milliseconds of the last whole piece. */
  get at(): number {
    return this.#last
  }

  /**
   * @returns the whole pieces in these bytes, and the segments they closed
   * @throws RangeError when these are not pieces
   */
  take(bytes: Uint8Array): { pieces: ReadPiece[]; closed: Segment[] } {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const base = this.#reader.end
    const pieces = this.#reader.read(bytes)
    const closed: Segment[] = []
    let begun = 0
    for (const piece of pieces) {
      const open = this.#open
      const isFull = piece.end - open.startOffset > SEGMENT_BYTES_MAX
      const isLong = piece.at - open.fromMilliseconds > SEGMENT_MILLISECONDS_MAX
      const before = isFull || isLong ? this.cut() : undefined
      if (before) closed.push(before)
      const end = piece.end - base
      this.#add(piece, all.subarray(begun, end))
      begun = end
    }
    this.#rest = all.slice(begun)
    return { pieces, closed }
  }

  #add(piece: ReadPiece, raw: Uint8Array) {
    const open = this.#open
    open.hash.update(raw)
    open.end = piece.end
    open.toMilliseconds = piece.at
    if (piece.track === PieceTrack.output) open.outputBytes += piece.content.length
    this.#last = piece.at
  }

  /** Closes the open segment; undefined when it has no piece. */
  cut(): Segment | undefined {
    const open = this.#open
    const length = open.end - open.startOffset
    if (length === 0) return undefined
    const sha256 = open.hash.digest()
    this.#open = begin({ no: open.no + 1, startOffset: open.end, fromMilliseconds: open.toMilliseconds })
    const { no, startOffset, fromMilliseconds, toMilliseconds, outputBytes } = open
    return { no, startOffset, length, fromMilliseconds, toMilliseconds, outputBytes, sha256 }
  }
}

const begin = (next: { no: number; startOffset: number; fromMilliseconds: number }): OpenSegment => ({
  ...next,
  end: next.startOffset,
  toMilliseconds: next.fromMilliseconds,
  outputBytes: 0,
  hash: createHash('sha256'),
})
