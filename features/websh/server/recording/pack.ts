import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import type { BlobStore } from '../../../../base/server/blobs/blob-store.ts'

/** Filled in one go: each further one is another trip to a thread and back. */
const BUFFER_BYTES = 64 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Closed segments are compressed together from this much on: large enough to compress well, small enough to open at once. */
export const CHUNK_BYTES = 256 * 1024
/** What one read may decompress to; no chunk of ours is larger. */
const DECOMPRESSED_BYTES_MAX = 4 * 1024 * 1024
/**
 * Zstandard's levels by haste. Of recordings of many kinds, at 6 it is six times as fast as at 12 and 8 in a hundred larger, at 3
 * sixteen times and 18 in a hundred: for a flood that would have to wait for it.
 */
const LEVELS = [12, 6, 3] as const
export type Haste = 0 | 1 | 2

/** Told the length beforehand it makes no tables for a longer one, which took seven times as long as the text itself. */
export const packed = (bytes: Uint8Array, haste: Haste = 0): Promise<Buffer> =>
  compress(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: LEVELS[haste] },
    pledgedSrcSize: bytes.length,
    chunkSize: BUFFER_BYTES,
  })

export const unpacked = (bytes: Uint8Array): Promise<Buffer> =>
  decompress(bytes, { maxOutputLength: DECOMPRESSED_BYTES_MAX })

/**
 * Appends to a blob, on disk when it resolves.
 * @param expected the length the database knows; what lies beyond was never told and is cut off first
 * @returns where the bytes begin
 */
export async function appendDurably(
  blobs: BlobStore,
  name: string,
  bytes: Uint8Array,
  expected: number,
): Promise<number> {
  await appendEach(blobs, name, [bytes], expected)
  return expected
}

/** The same of many parts, each made when the one before it is written. */
export async function appendEach(
  blobs: BlobStore,
  name: string,
  parts: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  expected: number,
): Promise<void> {
  const writer = await blobs.append(name)
  try {
    if (writer.length < expected) throw new Error(`${name} is shorter than the database says`)
    if (writer.length > expected) await writer.truncate(expected)
    for await (const part of parts) await writer.write(part)
    await writer.sync()
  } finally {
    await writer.close()
  }
}

export async function readRange(
  blobs: BlobStore,
  name: string,
  start: number,
  length: number,
): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of blobs.read(name, { start, end: start + length })) parts.push(part)
  const bytes = Buffer.concat(parts)
  if (bytes.length !== length) throw new Error(`${name} is shorter than the database says`)
  return bytes
}
