import { fromBase64, type Sha256, toUtf8 } from './bytes.ts'
import { parseVerifierKey, type VerifierKey, type VerifySignature } from './note.ts'

/** One key following another. Both sign the same statement: the old one endorses, the new one proves it is held. */
export interface Rotation {
  readonly origin: string
  readonly oldKey: string
  readonly newKey: string
  /** base64 */
  readonly endorsement: string
  /** base64 */
  readonly acceptance: string
}

export const rotationStatement = ({
  origin,
  oldKey,
  newKey,
}: Omit<Rotation, 'endorsement' | 'acceptance'>): Uint8Array =>
  toUtf8(`annals journal key rotation v1\n${origin}\n${oldKey}\n${newKey}\n`)

/** @returns the two keys. @throws Error when the rotation was not signed by both. */
export function checkRotation(
  rotation: Rotation,
  sha256: Sha256,
  verify: VerifySignature,
): { oldKey: VerifierKey; newKey: VerifierKey } {
  const oldKey = parseVerifierKey(sha256, rotation.oldKey)
  const newKey = parseVerifierKey(sha256, rotation.newKey)
  const statement = rotationStatement(rotation)
  if (oldKey.name !== rotation.origin || newKey.name !== rotation.origin)
    throw new Error('the keys are of another journal')
  if (!verify(oldKey.publicKey, statement, fromBase64(rotation.endorsement))) {
    throw new Error(`the old key ${rotation.oldKey} did not endorse the new one`)
  }
  if (!verify(newKey.publicKey, statement, fromBase64(rotation.acceptance))) {
    throw new Error(`the new key ${rotation.newKey} did not sign for itself`)
  }
  return { oldKey, newKey }
}
