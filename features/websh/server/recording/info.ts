import { sql } from 'kysely'
import { baseFaults } from '../../../../base/common/fault.ts'
import type { RecordingInfo, RecordingState } from '../../common/recording.ts'
import { removedStretches, shownStretch } from './removal/stretches.ts'
import type { RecordingParts } from './routes.ts'

const STRETCHES = 240
const REMOVED_TOLD = 500

/** What a recording is. Whoever calls has read the terminal as the actor. @throws request.not_found */
export async function recordingInfo(parts: RecordingParts, terminalId: string): Promise<RecordingInfo> {
  const row = await parts.db
    .selectFrom('recording')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .executeTakeFirst()
  if (row === undefined) throw baseFaults['request.not_found']('recording')
  const recorder = parts.recordings.of(terminalId)
  const duration = Math.max(row.duration_milliseconds, recorder?.at ?? 0)
  const { rows: stretches } = await sql<{ no: number; bytes: number }>`
    select least(${STRETCHES - 1}, from_milliseconds * ${STRETCHES} / ${duration + 1}::bigint)::int as no, sum(output_bytes)::bigint as bytes
    from recording_segment where terminal_id = ${terminalId} group by 1`.execute(parts.db)
  const { count } = await parts.db
    .selectFrom('recording_segment')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('terminal_id', '=', terminalId)
    .executeTakeFirstOrThrow()
  const removed = await removedStretches(parts.db, terminalId)
  const activity = Array.from({ length: duration === 0 ? 0 : STRETCHES }, () => 0)
  for (const { no, bytes } of stretches) if (no < activity.length) activity[no] = bytes
  return {
    terminalId,
    state: row.state,
    startedAt: row.started_at.toISOString(),
    columns: row.columns,
    rows: row.rows,
    durationMilliseconds: duration,
    outputBytes: row.output_bytes,
    streamBytes: Math.max(row.closed_length, recorder?.offset ?? 0),
    storedBytes: row.stored_bytes,
    segments: count,
    activity,
    segmentsRemoved: removed.reduce(
      (sum, { fromSegment, toSegment }) => sum + toSegment - fromSegment + 1,
      0,
    ),
    removed: removed.slice(0, REMOVED_TOLD).map(shownStretch),
  }
}

/** How far a recording has come. @throws request.not_found */
export async function recordingReach(
  parts: Pick<RecordingParts, 'db' | 'recordings'>,
  terminalId: string,
): Promise<{ state: RecordingState; length: number; milliseconds: number }> {
  const row = await parts.db
    .selectFrom('recording')
    .select(['state', 'closed_length', 'duration_milliseconds'])
    .where('terminal_id', '=', terminalId)
    .executeTakeFirst()
  if (row === undefined) throw baseFaults['request.not_found']('recording')
  const recorder = parts.recordings.of(terminalId)
  return {
    state: row.state,
    length: Math.max(row.closed_length, recorder?.offset ?? 0),
    milliseconds: Math.max(row.duration_milliseconds, recorder?.at ?? 0),
  }
}
