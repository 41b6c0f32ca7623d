import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { challengeText } from '../common/messages.ts'
import { rawPublicKey } from '../sealed.ts'
import { AgentRefusal } from './agent-refusal.ts'

const Stored = z.object({
  url: z.string(),
  agentId: z.uuid(),
  serverId: z.uuid(),
  name: z.string(),
  /** PKCS #8, base64. */
  signingKey: z.string(),
  sealingKey: z.string(),
  /** The verifier key of the journal as it was at enrolment; rotations are kept with the checkpoint. */
  journalKey: z.string(),
})

/** Who this agent is, and the keys that prove it. */
export interface Identity {
  /** Base address of the server, without a slash at the end. */
  readonly url: string
  readonly agentId: string
  readonly serverId: string
  readonly name: string
  readonly signingKey: KeyObject
  readonly sealingKey: KeyObject
  readonly journalKey: string
}

export interface Keys {
  readonly signingKey: KeyObject
  readonly sealingKey: KeyObject
}

const file = (directory: string) => join(directory, 'identity.json')

export const makeKeys = (): Keys => ({
  signingKey: generateKeyPairSync('ed25519').privateKey,
  sealingKey: generateKeyPairSync('x25519').privateKey,
})

/** Raw public half, base64. */
export const publicHalf = (key: KeyObject): string => rawPublicKey(key).toString('base64')

/** The proof a `hello` carries: Ed25519 over the challenge, base64. */
export const proveIdentity = (identity: Identity, nonce: string, version: number): string =>
  sign(null, Buffer.from(challengeText(identity.agentId, nonce, version)), identity.signingKey).toString(
    'base64',
  )

/** @returns undefined when this directory holds no enrolled agent. @throws AgentRefusal when the file is damaged. */
export function loadIdentity(directory: string): Identity | undefined {
  let text: string
  try {
    text = readFileSync(file(directory), 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new AgentRefusal(
      `${file(directory)} cannot be read (${code}). Run the agent as the user it was enrolled by.`,
      {
        cause,
      },
    )
  }
  try {
    const stored = Stored.parse(JSON.parse(text))
    return { ...stored, signingKey: loadKey(stored.signingKey), sealingKey: loadKey(stored.sealingKey) }
  } catch (cause) {
    const advice = 'Put it back from a backup, or remove it and enrol this machine again with a new token.'
    throw new AgentRefusal(`${file(directory)} is damaged. ${advice}`, { cause })
  }
}

/** Written whole or not at all, readable by nobody else. */
export function saveIdentity(directory: string, identity: Identity): void {
  const { signingKey, sealingKey, ...rest } = identity
  const text = JSON.stringify(
    { ...rest, signingKey: dumpKey(signingKey), sealingKey: dumpKey(sealingKey) },
    null,
    2,
  )
  writeDurably(file(directory), `${text}\n`)
}

/** A private directory, made when it is missing. @throws AgentRefusal when it cannot be used. */
export function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    chmodSync(directory, 0o700)
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code
    throw new AgentRefusal(`${directory} cannot be used (${why}). Name another directory with --data.`, {
      cause,
    })
  }
}

export function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`
  const descriptor = openSync(draft, 'w', 0o600)
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, path)
}

const loadKey = (text: string) =>
  createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' })
const dumpKey = (key: KeyObject) => key.export({ format: 'der', type: 'pkcs8' }).toString('base64')
