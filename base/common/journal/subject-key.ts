import { type Sha256, toUtf8 } from './bytes.ts'

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The number an entry's subject is indexed under: the last eight bytes of a uuid, else the first eight of SHA-256 over the id,
 * as a signed 64-bit number. Two subjects may share one, so what finds an entry by it compares the body too.
 */
export function subjectKey(sha256: Sha256, id: string): bigint {
  if (UUID.test(id)) return BigInt.asIntN(64, BigInt(`0x${id.slice(19, 23)}${id.slice(24)}`))
  let key = 0n
  for (const byte of sha256(toUtf8(id)).subarray(0, 8)) key = (key << 8n) | BigInt(byte)
  return BigInt.asIntN(64, key)
}
