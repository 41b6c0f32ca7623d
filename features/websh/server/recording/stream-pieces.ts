import { PieceReader, PieceTrack, type ReadPiece, readVarints } from '../../common/piece.ts'
import type { RecordedEvent } from '../../common/recorded-event.ts'
import { type Removed, removedAt } from './removal/stretches.ts'
import { readStream, type StreamParts } from './stream-reader.ts'

const READ_BYTES = 256 * 1024

/** A recording's pieces from the first to the last there is, a little in memory at a time, and where some were removed. */
export async function* streamPieces(
  parts: StreamParts,
  terminalId: string,
): AsyncGenerator<readonly ReadPiece[] | Removed> {
  let reader = new PieceReader()
  for (let offset = 0; ; ) {
    const bytes = await readStream(parts, terminalId, offset, offset + READ_BYTES)
    offset += bytes.length
    if (bytes.length > 0) {
      yield reader.read(bytes)
      continue
    }
    const removed = await removedAt(parts.db, terminalId, offset)
    if (removed === undefined) return
    yield removed
    offset = removed.toOffset
    reader = new PieceReader({ at: removed.toMilliseconds, offset })
  }
}

/** What the readers of recordings understand; notes are left out. */
export function recordedEvents(pieces: readonly ReadPiece[]): RecordedEvent[] {
  return pieces.flatMap((piece): RecordedEvent[] => {
    const seconds = piece.at / 1000
    if (piece.track === PieceTrack.output) return [{ type: 'output', seconds, bytes: piece.content }]
    if (piece.track === PieceTrack.input) return [{ type: 'input', seconds, bytes: piece.content }]
    if (piece.track === PieceTrack.masked)
      return [{ type: 'masked', seconds, keys: readVarints(piece.content, 1)[0]! }]
    if (piece.track !== PieceTrack.resize) return []
    const [cols, rows] = readVarints(piece.content, 2)
    return [{ type: 'resize', seconds, cols: cols!, rows: rows! }]
  })
}
