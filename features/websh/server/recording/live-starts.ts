import type { Parts } from '../../../../base/server/parts.ts'
import { liveName } from './live-file.ts'
import { CHUNK_BYTES } from './pack.ts'
import './tables.ts'

/**
 * Where live files begin behind the one at `start`: a new one begins behind the segment that made the one before it a chunk
 * long. Decided from stored segments alone, so that a restart finds the same places.
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

/**
 * Where the live files of a stream begin, oldest first. From the first one on that is not whole they are `unrotated`: whoever made
 * them was ended meanwhile, and the one before has everything.
 */
export async function liveFiles(
  { db, blobs }: Pick<Parts, 'db' | 'blobs'>,
  terminalId: string,
  packedLength: number,
): Promise<{ starts: number[]; unrotated: number[] }> {
  const segments = await db
    .selectFrom('recording_segment')
    .select(['start_offset as startOffset', 'length'])
    .where('terminal_id', '=', terminalId)
    .where('start_offset', '>=', packedLength)
    .orderBy('no')
    .execute()
  const later = startsAfter(packedLength, segments)
  let reach = packedLength + ((await blobs.size(liveName(terminalId, packedLength))) ?? 0)
  for (const [index, start] of later.entries()) {
    const end = start + ((await blobs.size(liveName(terminalId, start))) ?? 0)
    if (end <= start || end < (later[index + 1] ?? reach))
      return { starts: [packedLength, ...later.slice(0, index)], unrotated: later.slice(index) }
    reach = Math.max(reach, end)
  }
  return { starts: [packedLength, ...later], unrotated: [] }
}

export const liveStarts = async (
  parts: Pick<Parts, 'db' | 'blobs'>,
  terminalId: string,
  packedLength: number,
): Promise<number[]> => (await liveFiles(parts, terminalId, packedLength)).starts
