import type { OutputPiece } from '../common/command.ts'
import type { Placed } from './tail-ring.ts'

/** Neighbouring bytes of one track become one piece as long as they came within this time of each other. */
const JOINED_MILLISECONDS = 1000

/**
 * Bytes as text. A character torn between two stretches of the same track is put together again; bytes that are no
 * UTF-8 become U+FFFD, and the download has them as they were.
 */
export function decodePlaced(rows: readonly Placed[]): OutputPiece[] {
  const decoders = new Map<1 | 2, InstanceType<typeof TextDecoder>>()
  const pieces: (OutputPiece & { kind: 'text' })[] = []
  const lastOf = new Map(rows.map((row, index) => [row.track, index]))
  rows.forEach((row, index) => {
    const decoder = decoders.get(row.track) ?? new TextDecoder('utf-8', { ignoreBOM: true })
    decoders.set(row.track, decoder)
    const text = decoder.decode(row.bytes, { stream: lastOf.get(row.track) !== index })
    const last = pieces.at(-1)
    const stream = row.track === 1 ? ('stdout' as const) : ('stderr' as const)
    if (text === '') return
    if (last?.stream === stream && row.at.getTime() - Date.parse(last.at) <= JOINED_MILLISECONDS)
      last.text += text
    else pieces.push({ kind: 'text', stream, offset: row.start, text, at: row.at.toISOString() })
  })
  return pieces
}

/** How many bytes at the end begin a character that is not whole: 0 to 3. */
export function tornBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needed > back ? back : 0
  }
  return 0
}
