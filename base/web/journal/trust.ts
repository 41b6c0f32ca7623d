import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Trust } from '../../common/journal/evidence.ts'
import { parseVerifierKey } from '../../common/journal/note.ts'
import { remembered } from './memory.ts'

/** What this browser trusts: the key it saw first, and whatever that key endorsed since. */
export function trust(): Trust {
  const key = remembered()?.key
  return {
    sha256,
    verify(publicKey, message, signature) {
      try {
        return ed25519.verify(signature, message, publicKey)
      } catch {
        return false
      }
    },
    pinned: key === undefined ? [] : [parseVerifierKey(sha256, key)],
  }
}
