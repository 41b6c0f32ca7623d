import { asObject, readBody } from './body.ts'
import { equal, toUtf8 } from './bytes.ts'
import {
  checkHead,
  EvidenceDamaged,
  guarded,
  hashesOf,
  hashOf,
  numberOf,
  type SignedHead,
  type Trust,
} from './evidence.ts'
import type { KeyHistory } from './key-history.ts'
import { rootFromInclusion, treeHash } from './merkle.ts'

/** That one entry is in the journal: the answer of `journal.proof`, and a file of it. Hashes are base64. */
export interface Proof {
  readonly proof: 'annals-journal'
  readonly version: 1
  readonly origin: string
  readonly sequence: number
  /** The exact text that is hashed. */
  readonly body: string
  /** SHA-256 of a zero byte and the body. */
  readonly leafHash: string
  /** RFC 6962 audit path in the tree of the checkpoint's size. */
  readonly path: readonly string[]
  readonly checkpoint: string
  readonly keys: KeyHistory
}

export interface CheckedProof {
  readonly head: SignedHead
  readonly sequence: number
  readonly body: string
}

/** @throws EvidenceDamaged unless every step from the body to the signature holds. */
export function checkProof(text: string, trust: Trust): CheckedProof {
  const proof = guarded(() => asObject('the proof', JSON.parse(text)))
  if (proof['proof'] !== 'annals-journal' || proof['version'] !== 1)
    throw new EvidenceDamaged('not a proof of version 1')
  const { origin, body } = proof
  if (typeof origin !== 'string' || typeof body !== 'string')
    throw new EvidenceDamaged('the proof is incomplete')
  const sequence = numberOf('its number', proof['sequence'])
  const path = hashesOf('its path', proof['path'])
  const head = checkHead(proof['checkpoint'], proof['keys'], origin, trust)
  const hash = treeHash(trust.sha256)
  const leafHash = hash.leaf(toUtf8(body))
  if (!equal(leafHash, hashOf('its leaf hash', proof['leafHash']))) {
    throw new EvidenceDamaged(
      `entry ${sequence} was edited: its text does not have the hash beside it`,
      sequence,
    )
  }
  const root = guarded(() => rootFromInclusion(hash, { index: sequence, size: head.size, leafHash, path }))
  if (!equal(root, head.root)) {
    throw new EvidenceDamaged(
      `entry ${sequence} is not in the journal of ${head.size} entries that was signed`,
      sequence,
    )
  }
  guarded(() => readBody(body))
  return { head, sequence, body }
}
