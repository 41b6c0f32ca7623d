import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { Entry } from '../../../../../base/server/journal/entry.ts'
import type { Parts } from '../../../../../base/server/parts.ts'
import { storeGap } from '../search/text.ts'
import '../tables.ts'
import type { Removed } from './stretches.ts'

export type RemovedFrom = Selectable<Database['recording']> & { readonly server_name: string | null }
type Segment = Selectable<Database['recording_segment']>

export interface Done {
  readonly recording: RemovedFrom
  /** All of the recording. */
  readonly segments: readonly Segment[]
  readonly wanted: readonly Segment[]
  readonly stretches: readonly Removed[]
  /** Rows of the new blob of chunks, and its length. */
  readonly kept: { readonly chunks: Insertable<Database['recording_chunk']>[]; readonly bytes: number }
  readonly snapshotBytes: number
  /** How the names of the new blobs end. */
  readonly blobs: string
  readonly why: string
}

const ROWS_TOGETHER = 1000
const SEGMENTS_IN_ENTRY = 200

/** From the commit on the new blobs are the recording, and the old ones the leftover. */
export async function storeRemoved(
  { writeEntries, now }: Pick<Parts, 'writeEntries' | 'now'>,
  tx: Kysely<Database>,
  done: Done & { readonly terminalId: string; readonly actor: Entry['actor'] },
): Promise<void> {
  const { recording, stretches, kept, terminalId, actor, wanted, why } = done
  const first = stretches[0]!
  await tx.deleteFrom('recording_chunk').where('terminal_id', '=', terminalId).execute()
  for (let from = 0; from < kept.chunks.length; from += ROWS_TOGETHER)
    await tx
      .insertInto('recording_chunk')
      .values(kept.chunks.slice(from, from + ROWS_TOGETHER))
      .execute()
  const isAllGone = kept.chunks.length === 0
  await forgetDrawn(tx, terminalId, isAllGone ? { ...first, fromOffset: -1 } : first)
  for (const stretch of stretches) await storeStretch(tx, recording, stretch)
  await tx
    .updateTable('recording')
    .set({
      blobs: done.blobs,
      stored_bytes: kept.bytes + done.snapshotBytes,
      snapshot_bytes: done.snapshotBytes,
      // What comes after it is drawn again, by what is left.
      screened_length: isAllGone ? recording.closed_length : first.fromOffset,
      text_characters: sql`(select coalesce(sum(characters), 0) from recording_text where terminal_id = ${terminalId})`,
      ...(isAllGone && { state: 'removed' as const }),
    })
    .where('terminal_id', '=', terminalId)
    .execute()
  await tx
    .updateTable('recording_leftover')
    .set({ blobs: recording.blobs })
    .where('terminal_id', '=', terminalId)
    .execute()
  await writeEntries(
    tx,
    removalEntries(recording, wanted, { actor, why, of: done.segments.length, at: now() }),
  )
}

/** What the journal is told of segments that go. */
export function removalEntries(
  recording: Pick<RemovedFrom, 'terminal_id' | 'server_id' | 'server_name'>,
  segments: readonly Segment[],
  act: { readonly actor: Entry['actor']; readonly why: string; readonly of: number; readonly at: Date },
): Entry[] {
  const entries: Entry[] = []
  for (let from = 0; from < segments.length; from += SEGMENTS_IN_ENTRY)
    entries.push({
      ...{ kind: 'recording.segments_removed', at: act.at, actor: act.actor },
      subject: { kind: 'terminal', id: recording.terminal_id },
      ...(recording.server_id && {
        server: { id: recording.server_id, name: recording.server_name ?? '' },
      }),
      data: {
        why: act.why,
        segments: segments.slice(from, from + SEGMENTS_IN_ENTRY).map((segment) => ({
          ...{ no: segment.no, length: segment.length },
          ...{ fromMilliseconds: segment.from_milliseconds, toMilliseconds: segment.to_milliseconds },
          sha256: segment.sha256.toString('hex'),
        })),
        ...{ inAll: segments.length, of: act.of },
      },
    })
  return entries
}

async function storeStretch(tx: Kysely<Database>, recording: RemovedFrom, stretch: Removed): Promise<void> {
  const { fromMilliseconds: from, toMilliseconds: to } = stretch
  await tx
    .insertInto('recording_removal')
    .values({
      ...{ terminal_id: recording.terminal_id, from_no: stretch.fromSegment, to_no: stretch.toSegment },
      ...{ start_offset: stretch.fromOffset, end_offset: stretch.toOffset },
      ...{ from_milliseconds: from, to_milliseconds: to, columns: stretch.columns, rows: stretch.rows },
      ...{ removed_at: new Date(stretch.removedAt), why: stretch.why },
    })
    .execute()
  await storeGap(tx, recording, { from, to, why: 'removed', lines: null })
}

/** Screens and texts behind the first removed byte may show what was removed. */
async function forgetDrawn(
  tx: Kysely<Database>,
  terminalId: string,
  { fromOffset, fromSegment, fromMilliseconds }: Removed,
): Promise<void> {
  await tx
    .deleteFrom('recording_snapshot')
    .where('terminal_id', '=', terminalId)
    .where('stream_offset', '>', fromOffset)
    .execute()
  await tx
    .deleteFrom('recording_text')
    .where('terminal_id', '=', terminalId)
    .where('segment_no', '>=', fromSegment)
    .execute()
  const gaps = tx
    .deleteFrom('recording_gap')
    .where('terminal_id', '=', terminalId)
    .where('why', '!=', 'removed')
  await gaps.where('from_milliseconds', '>=', fromMilliseconds).execute()
  await tx
    .updateTable('recording_gap')
    .set({ to_milliseconds: fromMilliseconds, lines: null })
    .where('terminal_id', '=', terminalId)
    .where('why', '!=', 'removed')
    .where('to_milliseconds', '>', fromMilliseconds)
    .execute()
}
