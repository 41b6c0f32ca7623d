import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Keeps in the database what has to be read again in clear, such as the seed of a one-time code: encrypted with a key
 * that lies outside it, so that neither a dump nor a backup of the database alone gives it away.
 */
export interface SecretBox {
  /** @param context what the secret belongs to, for example `totp <person id>`; it opens with the same words only. */
  seal(plain: string, context: string): Buffer
  /** @throws Error when the box is of another key or context, or was changed. */
  open(sealed: Buffer, context: string): string
  /** Equal texts of one context get equal marks; without the key nobody can try texts against one. 32 bytes. */
  mark(plain: string, context: string): Buffer
}

const VERSION = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param keysDirectory beside the journal's keys; the key is made at the first start, readable by its owner only. */
export async function openSecretBox(keysDirectory: string): Promise<SecretBox> {
  const key = await keyIn(keysDirectory)
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, text, cipher.getAuthTag()])
    },
    open(sealed, context) {
      if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES)
        throw new Error('this is not a sealed secret')
      const text = sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
    },
    mark: (plain, context) => createHmac('sha256', key).update(`mark\0${context}\0${plain}`).digest(),
  }
}

async function keyIn(directory: string): Promise<Buffer> {
  const path = join(directory, 'secrets.key')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = Buffer.from(await readFile(path, 'utf8'), 'base64')
  if (key.length !== KEY_BYTES)
    throw new Error(
      `${path} is not a key. Put back the one of your backup; what was encrypted with it is lost otherwise.`,
    )
  return key
}
