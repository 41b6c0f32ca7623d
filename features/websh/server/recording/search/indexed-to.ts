import type { Kysely } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { Reader } from '../../../../../base/server/scope.ts'

/** Recordings asked for where they stand, at most. */
const RECORDINGS_ASKED = 1000

export interface Reach {
  /** `now` when nothing is behind, else the time of the oldest screen that is still to be drawn. */
  readonly indexedTo: Date
  /** How many recordings have more than was drawn, and how many bytes of them that is; of the first thousand. */
  readonly behind: { readonly recordings: number; readonly bytes: number }
}

/** Up to when everything recorded can be found: drawing runs behind recording. */
export async function reachOf(
  read: Reader,
  db: Kysely<Database>,
  terminalId: string | undefined,
  now: Date,
): Promise<Reach> {
  const behind = await read
    .selectFrom('recording')
    .select(['terminal_id', 'started_at', 'screened_length', 'closed_length'])
    .whereRef('screened_length', '<', 'closed_length')
    .$if(terminalId !== undefined, (query) => query.where('terminal_id', '=', terminalId!))
    .limit(RECORDINGS_ASKED)
    .execute()
  if (behind.length === 0) return { indexedTo: now, behind: { recordings: 0, bytes: 0 } }
  const next = await db
    .selectFrom('recording')
    .innerJoin('recording_segment', 'recording_segment.terminal_id', 'recording.terminal_id')
    .select(['recording.started_at', 'recording_segment.from_milliseconds'])
    .where(
      'recording.terminal_id',
      'in',
      behind.map((row) => row.terminal_id),
    )
    .whereRef('recording_segment.start_offset', '=', 'recording.screened_length')
    .execute()
  const times = next.map(({ started_at, from_milliseconds }) => started_at.getTime() + from_milliseconds)
  return {
    indexedTo: new Date(Math.min(now.getTime(), ...times)),
    behind: {
      recordings: behind.length,
      bytes: behind.reduce(
        (sum, { closed_length, screened_length }) => sum + closed_length - screened_length,
        0,
      ),
    },
  }
}
