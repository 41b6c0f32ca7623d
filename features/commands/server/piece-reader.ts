import { OutputTrack, PIECE_HEADER_BYTES } from '../common/wire.ts'

/** A stretch of output, or a gap: `skipped` bytes were produced and are kept nowhere. */
export type Piece =
  | { readonly track: 1 | 2; readonly at: Date; readonly bytes: Uint8Array; readonly skipped?: undefined }
  | { readonly track: 9; readonly at: Date; readonly bytes: Uint8Array; readonly skipped: number }

const CONTENT_BYTES_MAX = 1024 * 1024

/**
 * Cuts an agent's output stream into its pieces, however it was torn on the way. What is not a whole piece yet is
 * held; `wholeBytes` says how far the stream consists of whole pieces.
 */
export class PieceReader {
  #held: Uint8Array = new Uint8Array(0)
  /** Bytes of the stream up to the end of the last whole piece. */
  wholeBytes: number

  constructor(from: number) {
    this.wholeBytes = from
  }

  /** Everything taken so far, the held part too. */
  get takenBytes(): number {
    return this.wholeBytes + this.#held.length
  }

  /** @throws RangeError when these bytes cannot be part of an output stream */
  push(bytes: Uint8Array): Piece[] {
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
    const pieces: Piece[] = []
    let at = 0
    while (all.length - at >= PIECE_HEADER_BYTES) {
      const track = all[at]!
      const length = view.getUint32(at + 9)
      if (length > CONTENT_BYTES_MAX)
        throw new RangeError(`a piece of ${length} bytes is longer than any can be`)
      if (all.length - at < PIECE_HEADER_BYTES + length) {
        if (!isTrack(track)) throw new RangeError(`${track} is not a track of an output stream`)
        break
      }
      const content = all.subarray(at + PIECE_HEADER_BYTES, at + PIECE_HEADER_BYTES + length)
      pieces.push(pieceOf(track, dateOf(view.getBigUint64(at + 1)), content))
      at += PIECE_HEADER_BYTES + length
    }
    this.wholeBytes += at
    // A copy, so that a small remainder does not keep a large frame in memory.
    this.#held = all.slice(at)
    return pieces
  }
}

const isTrack = (track: number) =>
  track === OutputTrack.stdout || track === OutputTrack.stderr || track === OutputTrack.gap

function pieceOf(track: number, at: Date, bytes: Uint8Array): Piece {
  if (track === OutputTrack.stdout || track === OutputTrack.stderr) return { track, at, bytes }
  if (track !== OutputTrack.gap || bytes.length !== 8)
    throw new RangeError(`${track} is not a track of an output stream`)
  const skipped = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)
  if (skipped > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('a gap is larger than can be counted')
  return { track: OutputTrack.gap, at, bytes, skipped: Number(skipped) }
}

/** Whatever an agent's clock says, it becomes a date that can be stored. */
function dateOf(milliseconds: bigint): Date {
  return new Date(Number(milliseconds > 8_000_000_000_000n ? 0n : milliseconds))
}

/** The bytes a piece came as. */
export function encodePiece(piece: Piece): Uint8Array {
  const bytes = new Uint8Array(PIECE_HEADER_BYTES + piece.bytes.length)
  const view = new DataView(bytes.buffer)
  bytes[0] = piece.track
  view.setBigUint64(1, BigInt(Math.max(0, piece.at.getTime())))
  view.setUint32(9, piece.bytes.length)
  bytes.set(piece.bytes, PIECE_HEADER_BYTES)
  return bytes
}
