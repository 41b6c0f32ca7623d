import { type KeyHistory, keyInForce } from '../../../base/common/journal/key-history.ts'
import {
  formatVerifierKey,
  parseVerifierKey,
  signersOf,
  type VerifierKey,
} from '../../../base/common/journal/note.ts'
import { CannotCheck } from '../cannot-check.ts'
import { sha256, signatures } from '../crypto.ts'
import type { Pinned } from '../keys.ts'
import type { Damage } from '../outcome.ts'
import type { Remembered } from '../remembered.ts'
import { isPinned } from './store-keys.ts'

/** Which keys signatures are checked against, and in whose name. */
export interface StoreTrust {
  /** Every key the journal was signed with, or the pinned ones where it does not say. */
  readonly keys: readonly VerifierKey[]
  readonly signerAt: (size: number) => string
  readonly checked: readonly string[]
  readonly warnings: readonly string[]
  readonly damage: readonly Damage[]
}

/** @throws CannotCheck when there is no key to go by at all. */
export function trustOf(history: KeyHistory | undefined, { keys: pinned, sources }: Pinned): StoreTrust {
  if (history === undefined) {
    const only = pinned[0]
    if (only === undefined) {
      throw new CannotCheck('The first entry does not name the signing key. Pin the key you know with --key.')
    }
    const damage = {
      kind: 'key',
      from: 0,
      why: 'entry 0 does not open the journal with its signing key',
    } as const
    const key = formatVerifierKey(only)
    return { keys: pinned, signerAt: () => key, checked: [], warnings: [], damage: [damage] }
  }
  const chain = [history.first, ...history.rotations.map(({ newKey }) => newKey)]
  const keys = chain.map((key) => parseVerifierKey(sha256, key))
  const signerAt = (size: number) => keyInForce(history, size)
  const rotations = history.rotations.map(
    ({ newKey, sequence }) => `Key replaced at entry ${sequence}, endorsed by the key before: ${newKey}`,
  )
  if (pinned.length === 0) {
    const warning = `No key was pinned: ${keyInForce(history)} is taken from the journal itself. Compare it with the one you were given, or pass it with --key.`
    return { keys, signerAt, checked: rotations, warnings: [warning], damage: [] }
  }
  if (isPinned(history, pinned)) {
    const trusted = sources.map((source) => `Trusted key: ${source}`)
    return { keys, signerAt, checked: [...trusted, ...rotations], warnings: [], damage: [] }
  }
  const damage = {
    kind: 'key',
    from: 0,
    why: `the journal is signed with ${chain.join(', then ')}, which is not a trusted key: ${sources.join(', ')}`,
  } as const
  return { keys: [...keys, ...pinned], signerAt, checked: [], warnings: [], damage: [damage] }
}

/** Those remembered heads that a known key signed; damage for the others. @throws CannotCheck when one is of another journal. */
export function trustedHeads(
  remembered: readonly Remembered[],
  origin: string,
  keys: readonly VerifierKey[],
): { heads: Remembered[]; damage: Damage[] } {
  const heads: Remembered[] = []
  const damage: Damage[] = []
  for (const head of remembered) {
    if (head.origin !== origin) throw new CannotCheck(`${head.file} is of another journal: ${head.origin}`)
    if (signersOf(head.note, keys, signatures.verify).length > 0) heads.push(head)
    else {
      const why = `the checkpoint of size ${head.size} in ${head.file} is signed by none of this journal's keys: the journal was re-signed, or the file is forged`
      damage.push({ kind: 'key', from: 0, to: Math.max(0, head.size - 1), why })
    }
  }
  return { heads, damage }
}
