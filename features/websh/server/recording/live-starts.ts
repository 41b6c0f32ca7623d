import type { Parts } from '../../../../base/server/parts.ts'
import { liveName } from './live-file.ts'
import { CHUNK_BYTES } from './pack.ts'
import './tables.ts'

/**
 * Where the live files of a stream begin, oldest first. Only the first place is written down; the others follow from the
 * stored segments, since a new file begins behind the segment that made the one before it a chunk long.
 */
export async function liveStarts(
  { db, blobs }: Pick<Parts, 'db' | 'blobs'>,
  terminalId: string,
  packedLength: number,
): Promise<number[]> {
  const segments = await db
    .selectFrom('recording_segment')
    .select(['start_offset', 'length'])
    .where('terminal_id', '=', terminalId)
    .where('start_offset', '>=', packedLength)
    .orderBy('no')
    .execute()
  const starts = [packedLength]
  for (const { start_offset, length } of segments) {
    const end = start_offset + length
    if (end - starts.at(-1)! < CHUNK_BYTES) continue
    if ((await blobs.size(liveName(terminalId, end))) === undefined) break
    starts.push(end)
  }
  return starts
}
