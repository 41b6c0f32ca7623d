import { asObject } from './body.ts'
import type { Sha256 } from './bytes.ts'
import { parseVerifierKey, type VerifierKey, type VerifySignature } from './note.ts'
import { checkRotation, type Rotation } from './rotation.ts'

/** Which keys a journal was signed with, oldest first, as its own entries say. */
export interface KeyHistory {
  readonly first: string
  readonly rotations: readonly (Rotation & { readonly sequence: number })[]
}

/** The key that signs a head of `size` entries: a rotation counts from the head that covers its entry. */
export const keyInForce = ({ first, rotations }: KeyHistory, size = Number.POSITIVE_INFINITY): string =>
  rotations.findLast(({ sequence }) => sequence < size)?.newKey ?? first

export interface Signatures {
  readonly sha256: Sha256
  readonly verify: VerifySignature
}

/** What a rotation entry says, or undefined when it does not count: not of this journal, not from the key in force, not signed. */
export function validRotation(
  data: unknown,
  origin: string,
  currentKey: string,
  { sha256, verify }: Signatures,
) {
  try {
    const rotation = parseRotation(data)
    if (rotation.origin !== origin || rotation.oldKey !== currentKey) return undefined
    checkRotation(rotation, sha256, verify)
    return rotation
  } catch {
    return undefined
  }
}

/** @throws Error when it is malformed, or one key does not lead to the next. */
export function checkKeyHistory(value: unknown, origin: string, signatures: Signatures): KeyHistory {
  const { first, rotations } = asObject('the key history', value)
  if (typeof first !== 'string' || !Array.isArray(rotations)) throw new Error('the key history is malformed')
  if (parseVerifierKey(signatures.sha256, first).name !== origin)
    throw new Error('the first key is of another journal')
  let current = first
  let last = -1
  return {
    first,
    rotations: rotations.map((item: unknown) => {
      const { sequence } = asObject('a rotation', item)
      const rotation = validRotation(item, origin, current, signatures)
      if (rotation === undefined || typeof sequence !== 'number' || !(sequence > last)) {
        throw new Error(`the key history is broken after ${current}`)
      }
      current = rotation.newKey
      last = sequence
      return { ...rotation, sequence }
    }),
  }
}

/**
 * Whether who trusts one of `pinned` may trust `signer`: it is one of them, or each key from one of them to it endorsed the
 * next.
 */
export function isTrusted(
  { first, rotations }: KeyHistory,
  signer: string,
  pinned: readonly VerifierKey[],
  sha256: Sha256,
) {
  const chain = [first, ...rotations.map(({ newKey }) => newKey)].map((key) => parseVerifierKey(sha256, key))
  const place = chain.findIndex((key) => isSame(key, parseVerifierKey(sha256, signer)))
  return place >= 0 && chain.slice(0, place + 1).some((key) => pinned.some((pin) => isSame(pin, key)))
}

const isSame = (left: VerifierKey, right: VerifierKey) =>
  left.name === right.name && left.publicKey.every((byte, at) => byte === right.publicKey[at])

function parseRotation(value: unknown): Rotation {
  const { origin, oldKey, newKey, endorsement, acceptance } = asObject('a rotation', value)
  for (const text of [origin, oldKey, newKey, endorsement, acceptance]) {
    if (typeof text !== 'string') throw new Error('a rotation is malformed')
  }
  return { origin, oldKey, newKey, endorsement, acceptance } as Rotation
}
