import type { Kysely } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { Reader } from '../../../../../base/server/scope.ts'

/**
 * Up to when everything recorded can be found: drawing runs behind recording. `now` when nothing is behind, else the time
 * of the oldest screen that is still to be drawn.
 */
export async function indexedTo(
  read: Reader,
  db: Kysely<Database>,
  terminalId: string | undefined,
  now: Date,
): Promise<Date> {
  const behind = await read
    .selectFrom('recording')
    .select(['terminal_id', 'started_at', 'screened_length'])
    .whereRef('screened_length', '<', 'closed_length')
    .$if(terminalId !== undefined, (query) => query.where('terminal_id', '=', terminalId!))
    .limit(1000)
    .execute()
  if (behind.length === 0) return now
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
  return new Date(Math.min(now.getTime(), ...times))
}
