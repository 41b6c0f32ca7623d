import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/**
 * Sealing to one agent: X25519 with a fresh key for every message, HKDF-SHA256, AES-256-GCM.
 * The text form is base64 of: version (1) · ephemeral public key (32) · nonce (12) · ciphertext · tag (16).
 * The context (for a command: its id) is authenticated, so that one message cannot be passed off as another's.
 */
const VERSION = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + KEY_BYTES + NONCE_BYTES
/** What precedes the 32 raw bytes in the DER form (SPKI) of every X25519 public key. */
const X25519_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

/** @param recipientKey raw X25519 public key, base64. @throws RangeError when it is not one. */
export function sealTo(recipientKey: string, plain: Uint8Array, context: string): string {
  const recipient = Buffer.from(recipientKey, 'base64')
  const own = generateKeyPairSync('x25519')
  const ephemeral = rawPublicKey(own.publicKey)
  const nonce = randomBytes(NONCE_BYTES)
  const key = messageKey(own.privateKey, publicKeyOf(recipient), ephemeral, recipient)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context))
  const sealed = [
    Buffer.of(VERSION),
    ephemeral,
    nonce,
    cipher.update(plain),
    cipher.final(),
    cipher.getAuthTag(),
  ]
  return Buffer.concat(sealed).toString('base64')
}

/** @throws Error when it was sealed to another key, for another context, or altered. */
export function openSealed(privateKey: KeyObject, sealed: string, context: string): Uint8Array {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < HEADER_BYTES + TAG_BYTES) throw new Error('a sealed message is too short')
  if (bytes[0] !== VERSION) throw new Error(`sealing version ${bytes[0]} is not known here`)
  const ephemeral = bytes.subarray(1, 1 + KEY_BYTES)
  const recipient = rawPublicKey(privateKey)
  const key = messageKey(privateKey, publicKeyOf(ephemeral), ephemeral, recipient)
  const nonce = bytes.subarray(1 + KEY_BYTES, HEADER_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const plain = decipher.update(bytes.subarray(HEADER_BYTES, -TAG_BYTES))
  return Buffer.concat([plain, decipher.final()])
}

/** The 32 raw bytes of an Ed25519 or X25519 public key, or of the public half of a private one. */
export function rawPublicKey(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  if (raw.length !== KEY_BYTES) throw new RangeError('an X25519 public key has 32 bytes')
  return createPublicKey({ key: Buffer.concat([X25519_PREFIX, raw]), format: 'der', type: 'spki' })
}

/** Both public keys go into the derivation, so that a key belongs to exactly one pair. */
function messageKey(own: KeyObject, other: KeyObject, ephemeral: Uint8Array, recipient: Uint8Array): Buffer {
  const shared = diffieHellman({ privateKey: own, publicKey: other })
  const info = Buffer.concat([Buffer.from('annals-sealed-1\n'), ephemeral, recipient])
  return Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(0), info, 32))
}
