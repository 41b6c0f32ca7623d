import type { Insertable } from 'kysely'
import type { BlobWriter } from '../../../../../base/server/blobs/blob-store.ts'
import type { Database } from '../../../../../base/server/database.ts'
import type { Parts } from '../../../../../base/server/parts.ts'
import { piecesName, snapshotsName } from '../live-file.ts'
import { packed, readRange, unpacked } from '../pack.ts'
import '../tables.ts'

type KeptParts = Pick<Parts, 'db' | 'blobs'>
type Chunk = Insertable<Database['recording_chunk']>

/** Bytes of the stream. */
interface Range {
  readonly start: number
  readonly end: number
}

/** How the names of a recording's blobs end now, and how those do that are written. */
interface Names {
  readonly now: string
  readonly next: string
}

const COPIED_BYTES = 1024 * 1024

/**
 * Writes chunks anew without these stretches; what is kept stays where it is in the stream.
 * @param fromMilliseconds of the segment that begins at an offset
 * @returns the rows of the new blob, and its length
 */
export async function keptChunks(
  { db, blobs }: KeptParts,
  terminalId: string,
  names: Names,
  removed: readonly Range[],
  fromMilliseconds: (offset: number) => number,
): Promise<{ chunks: Chunk[]; bytes: number }> {
  const rows = await db
    .selectFrom('recording_chunk')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .orderBy('start_offset')
    .execute()
  const from = piecesName(terminalId, names.now)
  const to = new Appended(() => blobs.append(piecesName(terminalId, names.next)))
  const chunks: Chunk[] = []
  try {
    for (const row of rows) {
      const whole = { start: row.start_offset, end: row.start_offset + row.length }
      const kept = without(whole, removed)
      if (kept.length === 0) continue
      const stored = await readRange(blobs, from, row.blob_offset, row.blob_length)
      const isWhole = kept[0]!.start === whole.start && kept[0]!.end === whole.end
      const raw = isWhole ? undefined : await unpacked(stored)
      for (const { start, end } of kept) {
        const bytes = raw ? await packed(raw.subarray(start - whole.start, end - whole.start)) : stored
        const blob_offset = await to.write(bytes)
        chunks.push({
          ...{ terminal_id: terminalId, start_offset: start, length: end - start },
          ...{ from_milliseconds: fromMilliseconds(start), blob_offset, blob_length: bytes.length },
        })
      }
    }
  } finally {
    await to.close()
  }
  return { chunks, bytes: to.length }
}

/** Copies the first so many bytes of the screens: they were written in the order of the stream. */
export async function keptSnapshots(
  { blobs }: KeptParts,
  terminalId: string,
  names: Names,
  bytes: number,
): Promise<void> {
  const from = snapshotsName(terminalId, names.now)
  const to = new Appended(() => blobs.append(snapshotsName(terminalId, names.next)))
  try {
    for (let at = 0; at < bytes; at += COPIED_BYTES)
      await to.write(await readRange(blobs, from, at, Math.min(COPIED_BYTES, bytes - at)))
  } finally {
    await to.close()
  }
}

/** What is left of a range, in order. @param removed in order, none touching another's inside */
export function without({ start, end }: Range, removed: readonly Range[]): Range[] {
  const kept: Range[] = []
  let at = start
  for (const gone of removed) {
    if (gone.end <= at || gone.start >= end) continue
    if (gone.start > at) kept.push({ start: at, end: gone.start })
    at = Math.max(at, gone.end)
  }
  if (at < end) kept.push({ start: at, end })
  return kept
}

/** A blob that is made with its first bytes, and on disk when it is closed. */
class Appended {
  readonly #open: () => Promise<BlobWriter>
  #writer: BlobWriter | undefined
  length = 0

  constructor(open: () => Promise<BlobWriter>) {
    this.#open = open
  }

  /** @returns where they begin */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#writer === undefined) {
      this.#writer = await this.#open()
      await this.#writer.truncate(0)
    }
    await this.#writer.write(bytes)
    this.length += bytes.length
    return this.length - bytes.length
  }

  async close(): Promise<void> {
    try {
      await this.#writer?.sync()
    } finally {
      await this.#writer?.close()
    }
  }
}
