import { TypedRecord } from '../../features/websh/agent/terminal/typed-record.ts'
import {
  encodePiece,
  PIECE_CONTENT_BYTES_MAX,
  PieceReader,
  PieceTrack,
  resizeContent,
} from '../../features/websh/common/piece.ts'
import type { RecordedEvent } from '../../features/websh/common/recorded-event.ts'
import { CastReader } from '../../features/websh/server/recording/import/cast-reader.ts'
import { recordedEvents } from '../../features/websh/server/recording/stream-pieces.ts'
import type { Driven } from './drive.ts'

/** What the reader of commands gets of a live terminal: keys that were not shown have stayed on the machine. */
export function asLive({ events, modes }: Driven): RecordedEvent[] {
  const pieces: Uint8Array[] = []
  let before = 0
  const record = new TypedRecord((track, content, at) => {
    // A paste that is kept whole is longer than a piece, and is cut as the agent cuts it.
    for (let from = 0; from === 0 || from < content.length; from += PIECE_CONTENT_BYTES_MAX) {
      const part = content.subarray(from, from + PIECE_CONTENT_BYTES_MAX)
      pieces.push(encodePiece({ track, at, content: part }, before))
      before = Math.max(before, Math.round(at))
    }
  })
  for (const event of events) {
    const at = event.seconds * 1000
    while (record.until !== undefined && record.until <= at) record.give(record.until)
    if (event.type === 'output') {
      for (let from = 0; from < event.bytes.length; from += 16_384)
        record.printed(event.bytes.subarray(from, from + 16_384), at)
    } else if (event.type === 'input') record.typed(event.bytes, modes.get(event), at)
    else if (event.type === 'resize')
      record.other(PieceTrack.resize, resizeContent(event.cols, event.rows), at)
  }
  record.finish()
  return recordedEvents(new PieceReader().read(Buffer.concat(pieces)))
}

/** What it gets of a cast made elsewhere, which knows characters only. @param hasInput whether keys were recorded. */
export function asCast({ cols, rows, events }: Driven, hasInput = true): RecordedEvent[] {
  const lines = [JSON.stringify({ version: 2, width: cols, height: rows })]
  const decoder = { output: new TextDecoder(), input: new TextDecoder() }
  for (const event of events) {
    if (event.type === 'resize')
      lines.push(JSON.stringify([event.seconds, 'r', `${event.cols}x${event.rows}`]))
    else if (event.type === 'output' || (event.type === 'input' && hasInput)) {
      const text = decoder[event.type].decode(event.bytes, { stream: true })
      if (text !== '') lines.push(JSON.stringify([event.seconds, event.type[0], text]))
    }
  }
  const reader = new CastReader()
  return [...reader.read(Buffer.from(`${lines.join('\n')}\n`)), ...reader.end()].flatMap(
    (event): RecordedEvent[] => {
      const seconds = event.milliseconds / 1000
      if (event.type === 'resize') return [{ type: 'resize', seconds, cols: event.columns, rows: event.rows }]
      return event.type === 'note' ? [] : [{ type: event.type, seconds, bytes: Buffer.from(event.text) }]
    },
  )
}
