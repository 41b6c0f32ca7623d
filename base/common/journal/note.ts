import { concat, equal, fromBase64, type Sha256, toBase64, toHex, toUtf8 } from './bytes.ts'

/** C2SP signed notes: a text, an empty line, and one line for each signature. https://c2sp.org/signed-note */

const ED25519 = 1
const DASH = '\u2014'
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/

/** A public key with the name it signs under: `<name>+<8 hex digits>+<base64>`. */
export interface VerifierKey {
  readonly name: string
  /** The first four bytes of SHA-256 over name, newline, algorithm and key. */
  readonly id: Uint8Array
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

export interface Note {
  /** Ends with a newline; these are the bytes signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Must say no rather than throw. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

export function verifierKey(sha256: Sha256, name: string, publicKey: Uint8Array): VerifierKey {
  if (!/^[^\s+]+$/.test(name)) throw new Error(`"${name}" cannot name a key: it has a space or a plus`)
  if (publicKey.length !== 32) throw new Error('an Ed25519 public key has 32 bytes')
  const id = sha256(concat(toUtf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4)
  return { name, id, publicKey }
}

export const formatVerifierKey = ({ name, id, publicKey }: VerifierKey): string =>
  `${name}+${toHex(id)}+${toBase64(concat(Uint8Array.of(ED25519), publicKey))}`

/** @throws Error when it is not an Ed25519 verifier key, or its id does not belong to it. */
export function parseVerifierKey(sha256: Sha256, text: string): VerifierKey {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim())
  if (parts === null) throw new Error('not a verifier key: it should read <name>+<8 hex digits>+<base64>')
  const bytes = fromBase64(parts[3]!)
  if (bytes[0] !== ED25519) throw new Error('not an Ed25519 verifier key')
  const key = verifierKey(sha256, parts[1]!, bytes.slice(1))
  if (toHex(key.id) !== parts[2]) throw new Error('not a verifier key: its id does not belong to it')
  return key
}

export const isSameKey = (left: VerifierKey, right: VerifierKey): boolean =>
  left.name === right.name && equal(left.publicKey, right.publicKey)

export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `${DASH} ${name} ${toBase64(concat(keyId, signature))}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/** @throws Error on anything that is not exactly a signed note with 1 to 16 signatures. */
export function parseNote(note: string): Note {
  if (note.length > 100_000) throw new Error('not a signed note: it is too long')
  // A control character other than newline may not occur anywhere: what is shown must be what was signed.
  if (/[\u0000-\u0009\u000b-\u001f\u007f]/.test(note) || !note.isWellFormed()) {
    throw new Error('not a signed note: it has control characters or is not Unicode')
  }
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) throw new Error('not a signed note: it has no signatures')
  const lines = note.slice(cut + 2, -1).split('\n')
  if (lines.length > 16) throw new Error('not a signed note: it has too many signatures')
  const signatures = lines.map((line) => {
    const parts = SIGNATURE_LINE.exec(line)
    const bytes = parts === null ? new Uint8Array(0) : fromBase64(parts[2]!)
    if (parts === null || bytes.length < 5)
      throw new Error('not a signed note: a signature line is malformed')
    return { name: parts[1]!, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
  })
  return { text: note.slice(0, cut + 1), signatures }
}

/** The keys among `keys` that signed this note. A signature of a known key that does not hold makes the answer empty. */
export function signersOf(note: Note, keys: readonly VerifierKey[], verify: VerifySignature): VerifierKey[] {
  const message = toUtf8(note.text)
  const signers: VerifierKey[] = []
  for (const { name, keyId, signature } of note.signatures) {
    const key = keys.find((known) => known.name === name && equal(known.id, keyId))
    if (key === undefined) continue
    if (!verify(key.publicKey, message, signature)) return []
    if (!signers.includes(key)) signers.push(key)
  }
  return signers
}
