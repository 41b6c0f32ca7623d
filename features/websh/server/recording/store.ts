import { sql } from 'kysely'
import type { Ending, RecordedTerminal, RecorderParts } from './recorder.ts'
import type { Segment } from './segmenter.ts'

const about = (parts: RecorderParts, { id, server, actor }: RecordedTerminal) => ({
  at: parts.now(),
  actor,
  ...(server && { server }),
  subject: { kind: 'terminal', id },
})

/** Rows, position and entry of closed segments, in one transaction. */
export async function storeSegments(
  parts: RecorderParts,
  terminal: RecordedTerminal,
  segments: readonly Segment[],
): Promise<void> {
  const first = segments[0]!
  const last = segments.at(-1)!
  await parts.db.transaction().execute(async (tx) => {
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
    const outputBytes = segments.reduce((sum, segment) => sum + segment.outputBytes, 0)
    await tx
      .updateTable('recording')
      .set({
        closed_length: last.startOffset + last.length,
        duration_milliseconds: last.toMilliseconds,
        output_bytes: sql`output_bytes + ${outputBytes}`,
      })
      .where('terminal_id', '=', terminal.id)
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

/** A chunk that is on disk: from its commit on, its bytes are read from there. */
export async function storeChunk(
  parts: RecorderParts,
  terminalId: string,
  chunk: { startOffset: number; length: number; blobOffset: number; blobLength: number },
): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const { from_milliseconds } = await tx
      .selectFrom('recording_segment')
      .select('from_milliseconds')
      .where('terminal_id', '=', terminalId)
      .where('start_offset', '=', chunk.startOffset)
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('recording_chunk')
      .values({
        terminal_id: terminalId,
        start_offset: chunk.startOffset,
        length: chunk.length,
        from_milliseconds,
        blob_offset: chunk.blobOffset,
        blob_length: chunk.blobLength,
      })
      .execute()
    await tx
      .updateTable('recording')
      .set({
        packed_length: chunk.startOffset + chunk.length,
        stored_bytes: sql`stored_bytes + ${chunk.blobLength}`,
      })
      .where('terminal_id', '=', terminalId)
      .execute()
  })
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
