import type { Parts } from '../../../../base/server/parts.ts'
import { liveName } from './live-file.ts'
import { CHUNK_BYTES } from './pack.ts'
import './tables.ts'

/**
 * Where chunks begin behind `start`: one ends with the segment that made it long enough. Decided from stored segments alone, so that a
 * restart finds the same places.
 */
export function startsAfter(
  start: number,
  segments: readonly { readonly startOffset: number; readonly length: number }[],
): number[] {
  const starts: number[] = []
  for (const { startOffset, length } of segments) {
    const end = startOffset + length
    if (end - (starts.at(-1) ?? start) >= CHUNK_BYTES) starts.push(end)
  }
  return starts
}

/** The part of a stream that is in no chunk yet. */
export interface LiveLayout {
  /** Where its live files begin, oldest first: each at the beginning of a chunk. */
  readonly files: number[]
  /** Where chunks will begin, but for the first one. */
  readonly chunks: number[]
  /** Where files begin that somebody who was ended meanwhile had not finished. */
  readonly unfinished: number[]
}

/** A file follows those before it when it goes as far as they do: until then they have everything, and it is not whole. */
export async function liveLayout(
  { db, blobs }: Pick<Parts, 'db' | 'blobs'>,
  terminalId: string,
  packedLength: number,
): Promise<LiveLayout> {
  const segments = await db
    .selectFrom('recording_segment')
    .select(['start_offset as startOffset', 'length'])
    .where('terminal_id', '=', terminalId)
    .where('start_offset', '>=', packedLength)
    .orderBy('no')
    .execute()
  const chunks = startsAfter(packedLength, segments)
  const files = [packedLength]
  const unfinished: number[] = []
  let reach = packedLength + ((await blobs.size(liveName(terminalId, packedLength))) ?? 0)
  for (const start of chunks) {
    const size = await blobs.size(liveName(terminalId, start))
    if (size === undefined) continue
    const isWhole = size > 0 && start + size >= reach
    if (isWhole) reach = start + size
    ;(isWhole ? files : unfinished).push(start)
  }
  return { files, chunks, unfinished }
}

/** Where all live files begin that are there: an unfinished one has nothing that those before it do not have. */
export async function liveStarts(
  parts: Pick<Parts, 'db' | 'blobs'>,
  terminalId: string,
  packedLength: number,
): Promise<number[]> {
  const { files, unfinished } = await liveLayout(parts, terminalId, packedLength)
  return [...files, ...unfinished].sort((one, other) => one - other)
}
