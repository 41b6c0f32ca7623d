import { encodePiece, PIECE_CONTENT_BYTES_MAX, PieceTrack } from '../../common/piece.ts'
import type { PieceSpool } from './piece-spool.ts'

/** What happens at one terminal, written down as pieces with the time since it began. */
export class PieceLog {
  readonly #spool: PieceSpool
  readonly #began = performance.now()
  #at = 0

  constructor(spool: PieceSpool) {
    this.#spool = spool
  }

  /** Milliseconds since the terminal began, by the monotonic clock. */
  get now(): number {
    return Math.round(performance.now() - this.#began)
  }

  add(track: PieceTrack, content: Uint8Array, at: number): void {
    const isShown = track !== PieceTrack.input && track !== PieceTrack.masked
    for (let from = 0; from === 0 || from < content.length; from += PIECE_CONTENT_BYTES_MAX) {
      const part = content.subarray(from, from + PIECE_CONTENT_BYTES_MAX)
      const piece = encodePiece({ track, at, content: part }, this.#at)
      this.#at = Math.max(this.#at, at)
      this.#spool.add(piece, { isShown })
    }
  }
}
