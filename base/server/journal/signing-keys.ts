import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { concat, toHex } from '../../common/journal/bytes.ts'
import {
  formatVerifierKey,
  type NoteSignature,
  parseVerifierKey,
  type VerifierKey,
  type VerifySignature,
  verifierKey,
} from '../../common/journal/note.ts'
import { sha256 } from './sha256.ts'

/** What is before the 32 bytes of an Ed25519 public key in its DER form. */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export interface SigningKey {
  readonly verifier: VerifierKey
  /** The text of `verifier`. */
  readonly key: string
  /** Raw Ed25519, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array
  readonly signature: (message: Uint8Array) => NoteSignature
}

export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const key = createPublicKey({
    key: Buffer.from(concat(PUBLIC_PREFIX, publicKey)),
    format: 'der',
    type: 'spki',
  })
  return verify(null, message, key, signature)
}

function signingKey(name: string, privateKey: KeyObject): SigningKey {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const verifier = verifierKey(sha256, name, new Uint8Array(der.subarray(PUBLIC_PREFIX.length)))
  const signBytes = (message: Uint8Array): Uint8Array => sign(null, message, privateKey)
  return {
    verifier,
    key: formatVerifierKey(verifier),
    sign: signBytes,
    signature: (message) => ({ name, keyId: verifier.id, signature: signBytes(message) }),
  }
}

/**
 * The keys a journal is signed with: `journal-<id>.key` (PKCS #8, 0600) and beside it `journal-<id>.pub`, the verifier key
 * to hand out. They live outside the database, so that who rules the database cannot sign.
 */
export class SigningKeys {
  readonly #directory: string
  readonly #origin: string

  constructor(directory: string, origin: string) {
    this.#directory = directory
    this.#origin = origin
  }

  /** @throws Error that names the file when it is not there. */
  async read(key: string): Promise<SigningKey> {
    const wanted = parseVerifierKey(sha256, key)
    const path = join(this.#directory, `journal-${toHex(wanted.id)}.key`)
    const pem = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new Error(
        `the journal is signed with ${path}, which cannot be read; put it back from your backup`,
        { cause: error },
      )
    })
    const found = signingKey(this.#origin, createPrivateKey(pem))
    if (found.key !== key) throw new Error(`${path} is not the key ${key} that the journal is signed with`)
    return found
  }

  /** Makes a key and has it on disk before it is used. The public half is written last: it says that the other is whole. */
  async create(): Promise<SigningKey> {
    const { privateKey } = generateKeyPairSync('ed25519')
    const made = signingKey(this.#origin, privateKey)
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = join(this.#directory, `journal-${toHex(made.verifier.id)}`)
    await writeDurably(`${path}.key`, String(privateKey.export({ format: 'pem', type: 'pkcs8' })), 0o600)
    await writeDurably(`${path}.pub`, `${made.key}\n`, 0o644)
    return made
  }

  /** A key of this journal that was made before and never used, or a new one: for a first start that was cut short. */
  async createOrAdopt(): Promise<SigningKey> {
    const names = await readdir(this.#directory).catch(() => [])
    for (const name of names) {
      if (!/^journal-[0-9a-f]{8}\.pub$/.test(name)) continue
      const key = (await readFile(join(this.#directory, name), 'utf8')).trim()
      if (key.startsWith(`${this.#origin}+`)) return this.read(key)
    }
    return this.create()
  }
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const file = await open(`${path}.new`, 'w', mode)
  try {
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}
