import { createPublicKey, verify } from 'node:crypto'
import { challengeText } from '../../common/messages.ts'

/** What precedes the 32 raw bytes in the DER form (SPKI) of every Ed25519 public key. */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Whether the signature over this connection's nonce was made with the agent's key. Never throws. */
export function isProven(
  signingKey: string,
  {
    agentId,
    nonce,
    version,
    signature,
  }: { agentId: string; nonce: string; version: number; signature: string },
): boolean {
  try {
    const raw = Buffer.from(signingKey, 'base64')
    if (raw.length !== 32) return false
    const key = createPublicKey({ key: Buffer.concat([ED25519_PREFIX, raw]), format: 'der', type: 'spki' })
    return verify(
      null,
      Buffer.from(challengeText(agentId, nonce, version)),
      key,
      Buffer.from(signature, 'base64'),
    )
  } catch {
    return false
  }
}
