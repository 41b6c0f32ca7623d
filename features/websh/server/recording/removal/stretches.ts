import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { RemovedStretch } from '../../../common/recording.ts'
import '../tables.ts'

/** A stretch that was removed, and how large the screen behind it is. */
export interface Removed extends RemovedStretch {
  readonly columns: number
  readonly rows: number
}

const removedOf = (row: Selectable<Database['recording_removal']>): Removed => ({
  ...{ fromSegment: row.from_no, toSegment: row.to_no },
  ...{ fromOffset: row.start_offset, toOffset: row.end_offset },
  ...{ fromMilliseconds: row.from_milliseconds, toMilliseconds: row.to_milliseconds },
  ...{ removedAt: row.removed_at.toISOString(), why: row.why },
  ...{ columns: row.columns, rows: row.rows },
})

/** What was removed of a recording, in order. @param from an offset: only what lies, or goes on, behind it */
export async function removedStretches(
  db: Kysely<Database>,
  terminalId: string,
  { from = 0, limit }: { from?: number; limit?: number } = {},
): Promise<Removed[]> {
  const rows = await db
    .selectFrom('recording_removal')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where('end_offset', '>', from)
    .orderBy('start_offset')
    .$if(limit !== undefined, (query) => query.limit(limit!))
    .execute()
  return rows.map(removedOf)
}

/** The stretch a byte of the stream was in, if it was removed. */
export async function removedAt(
  db: Kysely<Database>,
  terminalId: string,
  offset: number,
): Promise<Removed | undefined> {
  const [next] = await removedStretches(db, terminalId, { from: offset, limit: 1 })
  return next !== undefined && next.fromOffset <= offset ? next : undefined
}

/** As answers give it. */
export const shownStretch = ({ columns: _, rows: __, ...stretch }: Removed): RemovedStretch => stretch
