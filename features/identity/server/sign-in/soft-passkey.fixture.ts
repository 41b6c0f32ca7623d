import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest()
const url = (bytes: Buffer | Uint8Array) => Buffer.from(bytes).toString('base64url')

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

/** A passkey without a device: what a test needs to answer as a browser would, and as one never should. */
export class SoftPasskey {
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject
  readonly id = randomBytes(32)
  counter = 0
  isUserVerified = true

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#privateKey = privateKey
    this.#publicKey = publicKey
  }

  #data(host: string, more = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    const flags =
      USER_PRESENT | (this.isUserVerified ? USER_VERIFIED : 0) | (more.length > 0 ? HAS_CREDENTIAL : 0)
    return Buffer.concat([sha256(host), Buffer.of(flags), counter, more])
  }

  /** What `navigator.credentials.create` gives, with attestation "none". */
  make({ challenge }: { challenge: string }, origin: string) {
    const { x, y } = this.#publicKey.export({ format: 'jwk' })
    const cose = new Map<number, number | Uint8Array>([
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as const),
      [-2, new Uint8Array(Buffer.from(x!, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y!, 'base64url'))],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.id.length)
    const key = isoCBOR.encode(cose)
    const data = this.#data(
      new URL(origin).hostname,
      Buffer.concat([Buffer.alloc(16), length, this.id, Buffer.from(key)]),
    )
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(data)],
    ])
    return {
      ...this.#named(),
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, origin),
        attestationObject: url(isoCBOR.encode(attestation as never)),
        transports: ['internal'],
      },
    }
  }

  /** What `navigator.credentials.get` gives. */
  answer({ challenge }: { challenge: string }, origin: string, host = new URL(origin).hostname) {
    this.counter++
    const clientDataJSON = clientData('webauthn.get', challenge, origin)
    const data = this.#data(host)
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    return {
      ...this.#named(),
      response: {
        clientDataJSON,
        authenticatorData: url(data),
        signature: url(sign('sha256', signed, this.#privateKey)),
      },
    }
  }

  #named() {
    return { id: url(this.id), rawId: url(this.id), type: 'public-key', clientExtensionResults: {} }
  }
}

const clientData = (type: string, challenge: string, origin: string) =>
  url(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })))
