import type { Reader } from '../../../../../base/server/scope.ts'
import type { RecordingGap } from '../../../common/recording.ts'

const GAPS_TOLD = 20

/** What search does not know of one recording, or of all that the actor sees. */
export async function gapsOf(
  read: Reader,
  terminalId: string | undefined,
): Promise<{ gaps: RecordingGap[]; hasMoreGaps: boolean }> {
  const rows = await read
    .selectFrom('recording_gap')
    .selectAll()
    .$if(terminalId !== undefined, (query) => query.where('terminal_id', '=', terminalId!))
    .orderBy('terminal_id', 'desc')
    .orderBy('why')
    .orderBy('from_milliseconds')
    .limit(GAPS_TOLD + 1)
    .execute()
  return {
    gaps: rows.slice(0, GAPS_TOLD).map((row) => ({
      terminalId: row.terminal_id,
      fromSeconds: row.from_milliseconds / 1000,
      toSeconds: row.to_milliseconds / 1000,
      why: row.why,
      lines: row.lines,
    })),
    hasMoreGaps: rows.length > GAPS_TOLD,
  }
}
