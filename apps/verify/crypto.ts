import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import type { Sha256 } from '../../base/common/journal/bytes.ts'
import type { Signatures } from '../../base/common/journal/key-history.ts'
import { treeHash } from '../../base/common/journal/merkle.ts'

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

export const hashing = treeHash(sha256)

/** What is before the 32 bytes of an Ed25519 public key in its DER form. */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export const signatures: Signatures = {
  sha256,
  verify: (publicKey, message, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false
    return verify(null, message, keyObject(publicKey), signature)
  },
}

let last: { readonly bytes: Buffer; readonly key: KeyObject } | undefined

/** A journal has one key at a time, and making the object costs a third of checking a signature. */
function keyObject(publicKey: Uint8Array): KeyObject {
  const bytes = Buffer.concat([PUBLIC_PREFIX, publicKey])
  if (!last?.bytes.equals(bytes))
    last = { bytes, key: createPublicKey({ key: bytes, format: 'der', type: 'spki' }) }
  return last.key
}
