import { OutputTrack, PIECE_HEADER_BYTES } from '../common/wire.ts'

const TRACKS: readonly number[] = Object.values(OutputTrack)

/** @param at milliseconds since 1970. @param bytes how long the content is. */
export function pieceHeader(track: number, at: number, bytes: number): Buffer {
  const header = Buffer.allocUnsafe(PIECE_HEADER_BYTES)
  header[0] = track
  header.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(at))), 1)
  header.writeUInt32BE(bytes, 9)
  return header
}

export function gapPiece(droppedBytes: number, at: number): Buffer {
  const content = Buffer.allocUnsafe(8)
  content.writeBigUInt64BE(BigInt(droppedBytes))
  return Buffer.concat([pieceHeader(OutputTrack.gap, at, 8), content])
}

export interface PieceSums {
  stdoutBytes: number
  stderrBytes: number
  droppedBytes: number
  /** Where the last whole piece ends. */
  wholeBytes: number
}

/**
 * Walks over the pieces of a file by their headers, for an agent that finds it after it was killed. It stops at the
 * first thing that is not a whole piece.
 * @param read gives up to `length` bytes at an offset.
 */
export function sumPieces(length: number, read: (offset: number, length: number) => Uint8Array): PieceSums {
  const sums: PieceSums = { stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0, wholeBytes: 0 }
  for (let at = 0; at + PIECE_HEADER_BYTES <= length; ) {
    const bytes = Buffer.from(read(at, PIECE_HEADER_BYTES))
    if (bytes.length < PIECE_HEADER_BYTES || !TRACKS.includes(bytes[0]!)) break
    const content = bytes.readUInt32BE(9)
    const next = at + PIECE_HEADER_BYTES + content
    if (next > length) break
    if (bytes[0] === OutputTrack.stdout) sums.stdoutBytes += content
    else if (bytes[0] === OutputTrack.stderr) sums.stderrBytes += content
    else if (content === 8) {
      const dropped = Buffer.from(read(at + PIECE_HEADER_BYTES, 8)).readBigUInt64BE()
      sums.droppedBytes += Number(dropped)
    } else break
    sums.wholeBytes = next
    at = next
  }
  return sums
}
