import { newId } from '../../../../../base/common/id.ts'
import type { FileAnswer } from '../../../../../base/server/endpoint.ts'
import type { ExportFormat } from '../../../common/recording.ts'
import { recordingFaults } from '../../../common/recording-faults.ts'
import { recordingInfo } from '../info.ts'
import { removedStretches } from '../removal/stretches.ts'
import type { RecordingParts } from '../routes.ts'
import { segmentEntries } from '../segment-page.ts'
import { streamPieces } from '../stream-pieces.ts'
import { readStream } from '../stream-reader.ts'
import { asciicast } from './asciicast.ts'
import { evidence } from './evidence.ts'
import { removedWords } from './removed-words.ts'

/** A recording as a file. Whoever calls has read the terminal as the actor, and the reading is recorded. */
export async function exportRecording(
  parts: RecordingParts,
  terminal: { id: string; operator_name: string; server_name: string },
  format: ExportFormat,
): Promise<FileAnswer> {
  const info = await recordingInfo(parts, terminal.id)
  const header = {
    columns: info.columns,
    rows: info.rows,
    startedAt: new Date(info.startedAt),
    durationMilliseconds: info.durationMilliseconds,
    title: `${terminal.operator_name} on ${terminal.server_name}`,
  }
  const name = `terminal-${terminal.id}`
  if (format === 'text')
    return {
      name: `${name}.txt`,
      contentType: 'text/plain; charset=utf-8',
      body: plainText(parts, terminal.id, info),
    }
  if (format === 'evidence') {
    await untilProvable(parts, terminal.id)
    return {
      name: `${name}.ndjson`,
      contentType: 'application/x-ndjson',
      body: evidence(parts, {
        terminalId: terminal.id,
        startedAt: info.startedAt,
        columns: info.columns,
        rows: info.rows,
      }),
    }
  }
  const version = format === 'asciicast-v2' ? 2 : 3
  return {
    name: `${name}.cast`,
    contentType: 'application/x-asciicast',
    body: asciicast(version, header, streamPieces(parts, terminal.id)),
  }
}

/** What was removed a moment ago is proven once that is sealed. @throws recording.not_settled */
async function untilProvable(parts: RecordingParts, terminalId: string): Promise<void> {
  const removed = await removedStretches(parts.db, terminalId)
  if (removed.length === 0) return
  const { removalEntryOf } = await segmentEntries(parts, terminalId)
  for (const { fromSegment, toSegment } of removed)
    for (let no = fromSegment; no <= toSegment; no++)
      if (removalEntryOf(no) === null) throw recordingFaults['recording.not_sealed']()
}

/** A segment's worth at a time: whole pieces, since segments are. */
async function* plainText(
  parts: RecordingParts,
  terminalId: string,
  size: { columns: number; rows: number },
): AsyncGenerator<Buffer> {
  let reading = newId()
  const asText = (text: readonly string[]) => Buffer.from(text.map((line) => `${line}\n`).join(''))
  const segments = await parts.db
    .selectFrom('recording_segment')
    .select(['no', 'start_offset', 'length'])
    .where('terminal_id', '=', terminalId)
    .orderBy('no')
    .execute()
  const removed = await removedStretches(parts.db, terminalId)
  let from: { columns: number; rows: number } = size
  const read = async (bytes: Uint8Array, isLast: boolean) =>
    asText((await parts.screens.write({ id: reading, size: from, bytes, isLast })).text)
  let isOver = false
  try {
    for (const { no, start_offset, length } of segments) {
      const gone = removed.find(({ fromSegment, toSegment }) => fromSegment <= no && no <= toSegment)
      if (gone === undefined) {
        yield await read(await readStream(parts, terminalId, start_offset, start_offset + length), false)
        continue
      }
      if (no > gone.fromSegment) continue
      // What stood on the screen is told, and what follows begins on an empty one.
      yield await read(new Uint8Array(0), true)
      yield asText([`[${removedWords(gone)}]`])
      reading = newId()
      from = gone
    }
    isOver = true
    yield await read(new Uint8Array(0), true)
  } finally {
    // Whoever stopped reading leaves no screen behind.
    if (!isOver) await read(new Uint8Array(0), true).catch(() => {})
  }
}
