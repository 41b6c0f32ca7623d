import { sql, type Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Ending, RecordedTerminal, RecorderParts } from './recorder.ts'
import type { Segment } from './segmenter.ts'

const about = (parts: RecorderParts, { id, server, actor }: RecordedTerminal) => ({
  at: parts.now(),
  actor,
  ...(server && { server }),
  subject: { kind: 'terminal', id },
})

/**
 * Rows, position and entry of closed segments, in one transaction. Where the answer to its commit was lost and it is tried
 * again, nothing happens twice.
 */
export async function storeSegments(
  parts: RecorderParts,
  terminal: RecordedTerminal,
  segments: readonly Segment[],
): Promise<void> {
  const first = segments[0]!
  const last = segments.at(-1)!
  await parts.db.transaction().execute(async (tx) => {
    const outputBytes = segments.reduce((sum, segment) => sum + segment.outputBytes, 0)
    const { numUpdatedRows } = await tx
      .updateTable('recording')
      .set({
        closed_length: last.startOffset + last.length,
        duration_milliseconds: last.toMilliseconds,
        output_bytes: sql`output_bytes + ${outputBytes}`,
      })
      .where('terminal_id', '=', terminal.id)
      .where('closed_length', '=', first.startOffset)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n)
      return stoodAlready(tx, terminal.id, 'closed_length', last.startOffset + last.length)
    await tx
      .insertInto('recording_segment')
      .values(
        segments.map((segment) => ({
          terminal_id: terminal.id,
          no: segment.no,
          start_offset: segment.startOffset,
          length: segment.length,
          from_milliseconds: segment.fromMilliseconds,
          to_milliseconds: segment.toMilliseconds,
          output_bytes: segment.outputBytes,
          sha256: segment.sha256,
        })),
      )
      .execute()
    await parts.writeEntry(tx, {
      ...about(parts, terminal),
      kind: 'recording.segments',
      data: {
        from: first.no,
        startOffset: first.startOffset,
        segments: segments.map(({ length, toMilliseconds, sha256 }) => ({
          length,
          toMilliseconds,
          sha256: sha256.toString('hex'),
        })),
      },
    })
  })
}

/** A stretch of the stream, and where its compressed bytes lie in the blob of chunks. */
export interface Chunk {
  readonly startOffset: number
  readonly length: number
  readonly blobOffset: number
  readonly blobLength: number
}

/** Chunks that are on disk, one behind the other: from their commit on, their bytes are read from there. */
export async function storeChunks(
  parts: RecorderParts,
  terminalId: string,
  chunks: readonly Chunk[],
): Promise<void> {
  const last = chunks.at(-1)!
  const end = last.startOffset + last.length
  const storedBytes = chunks.reduce((sum, { blobLength }) => sum + blobLength, 0)
  await parts.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('recording')
      .set({ packed_length: end, stored_bytes: sql`stored_bytes + ${storedBytes}` })
      .where('terminal_id', '=', terminalId)
      .where('packed_length', '=', chunks[0]!.startOffset)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) return stoodAlready(tx, terminalId, 'packed_length', end)
    const starts = chunks.map(({ startOffset }) => startOffset)
    const segments = await tx
      .selectFrom('recording_segment')
      .select(['start_offset', 'from_milliseconds'])
      .where('terminal_id', '=', terminalId)
      .where('start_offset', 'in', starts)
      .execute()
    const begins = new Map(segments.map((segment) => [segment.start_offset, segment.from_milliseconds]))
    await tx
      .insertInto('recording_chunk')
      .values(
        chunks.map((chunk) => ({
          terminal_id: terminalId,
          start_offset: chunk.startOffset,
          length: chunk.length,
          from_milliseconds: begins.get(chunk.startOffset)!,
          blob_offset: chunk.blobOffset,
          blob_length: chunk.blobLength,
        })),
      )
      .execute()
  })
}

/** @throws Error when the recording does not stand there: somebody else wrote to it */
async function stoodAlready(
  tx: Transaction<Database>,
  terminalId: string,
  column: 'closed_length' | 'packed_length',
  end: number,
): Promise<void> {
  const row = await tx
    .selectFrom('recording')
    .select(column)
    .where('terminal_id', '=', terminalId)
    .executeTakeFirstOrThrow()
  if (row[column] !== end) throw new Error(`the ${column} of recording ${terminalId} is not what was written`)
}

export async function storeClosed(
  parts: RecorderParts,
  terminal: RecordedTerminal,
  ending: {
    how: Ending
    why: string | null
    segments: number
    bytes: number
    durationMilliseconds: number
  },
): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('recording')
      .set({ state: ending.how, closed_at: parts.now() })
      .where('terminal_id', '=', terminal.id)
      .where('state', '=', 'recording')
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) return
    await parts.writeEntry(tx, { ...about(parts, terminal), kind: 'recording.closed', data: ending })
  })
}
