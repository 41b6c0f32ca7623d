import { createPublicKey, hash, verify } from 'node:crypto'
import type { Sha256 } from '../../base/common/journal/bytes.ts'
import type { VerifySignature } from '../../base/common/journal/note.ts'

/** What precedes the 32 raw bytes in the DER form (SPKI) of every Ed25519 public key. */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  try {
    const der = Buffer.concat([ED25519_PREFIX, publicKey])
    return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
  } catch {
    return false
  }
}
