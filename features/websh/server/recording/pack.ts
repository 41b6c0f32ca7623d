import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import type { BlobStore } from '../../../../base/server/blobs/blob-store.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Closed segments are compressed together from this much on: large enough to compress well, small enough to open at once. */
export const CHUNK_BYTES = 256 * 1024
/** What one read may decompress to; no chunk of ours is larger. */
const DECOMPRESSED_BYTES_MAX = 4 * 1024 * 1024
const LEVEL = 12
/** Ten times as fast, and a fortieth larger: for a flood that waits for it. */
const HURRIED_LEVEL = 6

export const packed = (bytes: Uint8Array, { isHurried = false } = {}): Promise<Buffer> =>
  compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: isHurried ? HURRIED_LEVEL : LEVEL } })

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
  const writer = await blobs.append(name)
  try {
    if (writer.length < expected) throw new Error(`${name} is shorter than the database says`)
    if (writer.length > expected) await writer.truncate(expected)
    await writer.write(bytes)
    await writer.sync()
    return expected
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
