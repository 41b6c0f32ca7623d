import type { RecordingSegment } from '../../common/recording.ts'
import type { RecordingParts } from './routes.ts'

const SEGMENTS_IN_PAGE = 500

/** Segments in order, each with the journal's entry that holds its hash. The cursor is the number of the first one. */
export async function segmentPage(
  parts: RecordingParts,
  terminalId: string,
  cursor: string | undefined,
): Promise<{ items: RecordingSegment[]; next: string | null }> {
  const first = Number(cursor ?? 0)
  const rows = await parts.db
    .selectFrom('recording_segment')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where('no', '>=', Number.isSafeInteger(first) ? first : 0)
    .orderBy('no')
    .limit(SEGMENTS_IN_PAGE + 1)
    .execute()
  const entryOf = await entries(parts, terminalId)
  const items = rows.slice(0, SEGMENTS_IN_PAGE).map((row) => ({
    no: row.no,
    startOffset: row.start_offset,
    length: row.length,
    fromMilliseconds: row.from_milliseconds,
    toMilliseconds: row.to_milliseconds,
    sha256: row.sha256.toString('hex'),
    entry: entryOf(row.no),
  }))
  return { items, next: rows.length > SEGMENTS_IN_PAGE ? String(rows.at(-1)!.no) : null }
}

/** Which entry holds a segment's hash, from the sealed entries about the terminal. */
async function entries({ entriesOf }: RecordingParts, terminalId: string) {
  const told: { from: number; to: number; sequence: number }[] = []
  for (let after = -1; ; ) {
    const page = await entriesOf(terminalId, after)
    for (const { sequence, kind, body } of page) {
      if (kind !== 'recording.segments') continue
      const { data } = JSON.parse(body) as { data: { from: number; segments: readonly unknown[] } }
      told.push({ from: data.from, to: data.from + data.segments.length, sequence })
    }
    if (page.length < 1000) break
    after = page.at(-1)!.sequence
  }
  return (no: number) => told.find(({ from, to }) => from <= no && no < to)?.sequence ?? null
}
