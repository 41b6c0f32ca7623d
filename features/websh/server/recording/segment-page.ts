import type { RecordingSegment } from '../../common/recording.ts'
import { removedStretches } from './removal/stretches.ts'
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
  const { entryOf, removalEntryOf } = await segmentEntries(parts, terminalId)
  const removed = await removedStretches(parts.db, terminalId, { from: rows[0]?.start_offset ?? 0 })
  const removedAt = (no: number) =>
    removed.find(({ fromSegment, toSegment }) => fromSegment <= no && no <= toSegment)?.removedAt ?? null
  const items = rows.slice(0, SEGMENTS_IN_PAGE).map((row) => ({
    no: row.no,
    startOffset: row.start_offset,
    length: row.length,
    fromMilliseconds: row.from_milliseconds,
    toMilliseconds: row.to_milliseconds,
    sha256: row.sha256.toString('hex'),
    entry: entryOf(row.no),
    removedAt: removedAt(row.no),
    removalEntry: removalEntryOf(row.no),
  }))
  return { items, next: rows.length > SEGMENTS_IN_PAGE ? String(rows.at(-1)!.no) : null }
}

/** Which entry holds a segment's hash, and which says that it was removed, from the sealed entries about the terminal. */
export async function segmentEntries({ entriesOf }: Pick<RecordingParts, 'entriesOf'>, terminalId: string) {
  const told: { from: number; to: number; sequence: number }[] = []
  const removed = new Map<number, number>()
  for (let after = -1; ; ) {
    const page = await entriesOf(terminalId, after)
    for (const { sequence, kind, body } of page) {
      if (kind === 'recording.segments_removed')
        for (const { no } of (JSON.parse(body) as { data: { segments: { no: number }[] } }).data.segments)
          removed.set(no, sequence)
      if (kind !== 'recording.segments') continue
      const { data } = JSON.parse(body) as { data: { from: number; segments: readonly unknown[] } }
      told.push({ from: data.from, to: data.from + data.segments.length, sequence })
    }
    if (page.length < 1000) break
    after = page.at(-1)!.sequence
  }
  return {
    entryOf: (no: number) => told.find(({ from, to }) => from <= no && no < to)?.sequence ?? null,
    removalEntryOf: (no: number) => removed.get(no) ?? null,
  }
}
