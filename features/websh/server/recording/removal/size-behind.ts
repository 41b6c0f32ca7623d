import type { Parts } from '../../../../../base/server/parts.ts'
import { PieceReader, PieceTrack, readVarints } from '../../../common/piece.ts'
import { readStream } from '../stream-reader.ts'
import '../tables.ts'
import { removedAt } from './stretches.ts'

const READ_BYTES = 512 * 1024

/** How large the screen is behind the first `end` bytes: as the screen kept there says, or the last change of size before. */
export async function sizeBehind(
  parts: Pick<Parts, 'db' | 'blobs'>,
  terminalId: string,
  end: number,
): Promise<{ columns: number; rows: number }> {
  const { db } = parts
  const snapshot = await db
    .selectFrom('recording_snapshot')
    .select(['stream_offset', 'columns', 'rows'])
    .where('terminal_id', '=', terminalId)
    .where('stream_offset', '<=', end)
    .orderBy('stream_offset', 'desc')
    .limit(1)
    .executeTakeFirst()
  const start = await db
    .selectFrom('recording')
    .select(['columns', 'rows'])
    .where('terminal_id', '=', terminalId)
    .executeTakeFirstOrThrow()
  let { columns, rows } = snapshot ?? start
  let offset = snapshot?.stream_offset ?? 0
  let reader = new PieceReader()
  while (offset < end) {
    const bytes = await readStream(parts, terminalId, offset, Math.min(end, offset + READ_BYTES))
    for (const { track, content } of reader.read(bytes))
      if (track === PieceTrack.resize) [columns, rows] = readVarints(content, 2) as [number, number]
    offset += bytes.length
    if (bytes.length > 0) continue
    const gone = await removedAt(db, terminalId, offset)
    if (gone === undefined) break
    ;({ columns, rows, toOffset: offset } = gone)
    reader = new PieceReader()
  }
  return { columns, rows }
}
