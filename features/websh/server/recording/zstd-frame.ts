const MAGIC = 0xfd2fb528
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4

/**
 * How long the zstd frame is that begins here (RFC 8878, 3.1.1): frames appended to each other do not say.
 * @returns undefined when it is none, or not all of it is there
 */
export function frameLength(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 5 || view.getUint32(0, true) !== MAGIC) return undefined
  const descriptor = bytes[4]!
  const isSingle = (descriptor & 0x20) !== 0
  const contentSizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  let at = 5 + (isSingle ? 0 : 1) + dictionaryBytes + contentSizeBytes
  for (let isLast = false; !isLast; ) {
    if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
    isLast = (header & 1) === 1
    // A run is one byte, however often it is repeated.
    at += BLOCK_HEADER_BYTES + (((header >> 1) & 3) === 1 ? 1 : header >> 3)
  }
  if ((descriptor & 4) !== 0) at += CHECKSUM_BYTES
  return at <= bytes.length ? at : undefined
}
