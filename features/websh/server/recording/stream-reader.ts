import type { Parts } from '../../../../base/server/parts.ts'
import { liveName, piecesName } from './live-file.ts'
import { liveStarts } from './live-starts.ts'
import { readRange, unpacked } from './pack.ts'
import './tables.ts'

export type StreamParts = Pick<Parts, 'db' | 'blobs'>

/** How often a read begins anew because a live file became a chunk, or segments were removed, meanwhile. */
const ATTEMPTS = 5

/**
 * Bytes `from` to `to` of a recording's piece stream, from chunks and, while it is being written, from live files; up to the first
 * byte that was removed (removal/stretches.ts), and none where that is the first. Whoever calls has read the terminal as the
 * actor, and bounds the range.
 */
export async function readStream(
  parts: StreamParts,
  terminalId: string,
  from: number,
  to: number,
): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    const { bytes, packedLength } = await againWhereGone(() => readOnce(parts, terminalId, from, to))
    // Too little is the end of the stream, or a live file that was gone before it could be read.
    if (bytes.length === to - from || packedLength === (await packedLengthOf(parts, terminalId))) return bytes
    if (attempt === ATTEMPTS)
      throw new Error(`the recording ${terminalId} changes faster than it can be read`)
  }
}

/** Reads again where a blob was replaced between asking where it is and reading it. */
export async function againWhereGone<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read()
    } catch (error) {
      if (attempt === ATTEMPTS || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

const packedLengthOf = async ({ db }: StreamParts, terminalId: string) =>
  (
    await db
      .selectFrom('recording')
      .select('packed_length')
      .where('terminal_id', '=', terminalId)
      .executeTakeFirstOrThrow()
  ).packed_length

async function readOnce(parts: StreamParts, terminalId: string, from: number, to: number) {
  const { db, blobs } = parts
  const packed_length = await packedLengthOf(parts, terminalId)
  const bytes: Buffer[] = []
  let at = from
  if (at < packed_length) {
    // In one statement with the name of their blob: when segments are removed, both change.
    const chunks = await db
      .selectFrom('recording_chunk')
      .innerJoin('recording', 'recording.terminal_id', 'recording_chunk.terminal_id')
      .select(['start_offset', 'length', 'blob_offset', 'blob_length', 'recording.blobs'])
      .where('recording_chunk.terminal_id', '=', terminalId)
      .where('start_offset', '<', to)
      .where((eb) => eb(eb('start_offset', '+', eb.ref('length')), '>', from))
      .orderBy('start_offset')
      .execute()
    for (const chunk of chunks) {
      if (chunk.start_offset > at) break
      const raw = await unpacked(
        await readRange(blobs, piecesName(terminalId, chunk.blobs), chunk.blob_offset, chunk.blob_length),
      )
      bytes.push(raw.subarray(at - chunk.start_offset, Math.min(raw.length, to - chunk.start_offset)))
      at = Math.min(chunk.start_offset + raw.length, to)
    }
  }
  if (at >= to || at < packed_length) return { bytes: Buffer.concat(bytes), packedLength: packed_length }
  const starts = await liveStarts(parts, terminalId, packed_length)
  for (const start of starts) {
    // The file before it is gone already: what it held is in a chunk by now.
    if (start > at) break
    // A file goes on a little behind the beginning of the next one, which may still be on its way to there.
    const end = Math.min(to, start + ((await blobs.size(liveName(terminalId, start))) ?? 0))
    if (end <= at) continue
    bytes.push(await readRange(blobs, liveName(terminalId, start), at - start, end - at))
    at = end
  }
  return { bytes: Buffer.concat(bytes), packedLength: packed_length }
}
