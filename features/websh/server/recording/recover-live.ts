import type { Parts } from '../../../../base/server/parts.ts'
import { LiveFile, liveName, piecesName } from './live-file.ts'
import { readRange, unpacked } from './pack.ts'
import { frameLength } from './zstd-frame.ts'

/** No compressed chunk is longer. */
const CHUNK_BYTES_MAX = 1024 * 1024

/**
 * Makes live files that are missing anew from the blob of chunks. A backup copies the database first and the blobs after it: what
 * was a live file then may have become a chunk meanwhile, which is in the copied blob, behind all that the copied
 * database knows of. The same order of things needs no grace in which nothing may be deleted.
 */
export async function recoverLive(
  { blobs }: Pick<Parts, 'blobs'>,
  terminalId: string,
  row: { readonly packed_length: number; readonly closed_length: number },
  storedBytes: number,
): Promise<void> {
  const name = piecesName(terminalId)
  const size = (await blobs.size(name)) ?? 0
  let start = row.packed_length
  /** So far go the files that are there: one of them may hold several chunks. */
  let reach = start
  for (let at = storedBytes; at < size && start < row.closed_length; ) {
    const bytes = await readRange(blobs, name, at, Math.min(CHUNK_BYTES_MAX, size - at))
    const length = frameLength(bytes)
    // The end of the copy may be torn: that chunk's live file was not gone yet.
    if (length === undefined) return
    const chunk = await unpacked(bytes.subarray(0, length))
    const known = await blobs.size(liveName(terminalId, start))
    if (known === undefined && start >= reach) await write(blobs, terminalId, start, chunk)
    reach = Math.max(reach, start + (known ?? chunk.length))
    at += length
    start += chunk.length
  }
}

async function write(blobs: Parts['blobs'], terminalId: string, start: number, bytes: Uint8Array) {
  const file = await LiveFile.open(blobs, terminalId, start)
  try {
    await file.write(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
