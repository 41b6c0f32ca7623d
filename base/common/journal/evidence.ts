import { fromBase64, HASH_BYTES } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { checkKeyHistory, isTrusted, type KeyHistory, keyInForce, type Signatures } from './key-history.ts'
import { parseVerifierKey, signersOf, type VerifierKey } from './note.ts'

/** Evidence is not what it says it is. The message says why, and of which entry where that is known. */
export class EvidenceDamaged extends Error {
  override readonly name = 'EvidenceDamaged'
  readonly sequence: number | undefined

  constructor(message: string, sequence?: number) {
    super(message)
    this.sequence = sequence
  }
}

export interface Trust extends Signatures {
  /** Keys got in another way than with the evidence. Empty: the keys in the evidence are taken at their word. */
  readonly pinned: readonly VerifierKey[]
}

export interface SignedHead extends Checkpoint {
  /** The key that signed it. */
  readonly signer: string
}

/** Reads the keys and the signed head that come with a proof or a bundle. @throws EvidenceDamaged */
export function checkHead(note: unknown, keys: unknown, origin: string, trust: Trust): SignedHead {
  if (typeof note !== 'string') throw new EvidenceDamaged('there is no checkpoint')
  return guarded(() => {
    const checkpoint = parseCheckpoint(note)
    if (checkpoint.origin !== origin)
      throw new EvidenceDamaged(`the checkpoint is of ${checkpoint.origin}, not of ${origin}`)
    const history: KeyHistory = checkKeyHistory(keys, origin, trust)
    const signer = keyInForce(history, checkpoint.size)
    if (signersOf(checkpoint.note, [parseVerifierKey(trust.sha256, signer)], trust.verify).length === 0) {
      throw new EvidenceDamaged(`the checkpoint of size ${checkpoint.size} is not signed by ${signer}`)
    }
    if (trust.pinned.length > 0 && !isTrusted(history, signer, trust.pinned, trust.sha256)) {
      throw new EvidenceDamaged(
        `the checkpoint of size ${checkpoint.size} is signed by another key than the pinned one: ${signer}`,
      )
    }
    return { origin, size: checkpoint.size, root: checkpoint.root, signer }
  })
}

/** @throws EvidenceDamaged */
export function hashOf(what: string, value: unknown): Uint8Array {
  const bytes = guarded(() => fromBase64(String(value)))
  if (typeof value !== 'string' || bytes.length !== HASH_BYTES)
    throw new EvidenceDamaged(`${what} is not a hash`)
  return bytes
}

export function hashesOf(what: string, value: unknown): Uint8Array[] {
  if (!Array.isArray(value) || value.length > 128)
    throw new EvidenceDamaged(`${what} is not a list of hashes`)
  return value.map((item: unknown) => hashOf(what, item))
}

export function numberOf(what: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new EvidenceDamaged(`${what} is not a number`)
  return value as number
}

/** Whatever a parser throws at hostile input is damage, never a crash. */
export function guarded<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof EvidenceDamaged) throw error
    throw new EvidenceDamaged(error instanceof Error ? error.message : String(error))
  }
}
