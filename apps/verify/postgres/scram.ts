import { createHmac, hash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** SCRAM-SHA-256 without channel binding, RFC 7677: what a client says, and what it must hear. */
export class Scram {
  readonly #password: string
  readonly #nonce = randomBytes(18).toString('base64')
  #serverSignature: Buffer | undefined

  constructor(password: string) {
    this.#password = password
  }

  first(): string {
    return `n,,n=*,r=${this.#nonce}`
  }

  /** @throws Error when the server does not continue what was begun. */
  answer(challenge: string): string {
    const said = new Map(challenge.split(',').map((part) => [part[0], part.slice(2)]))
    const nonce = said.get('r') ?? ''
    const rounds = Number(said.get('i'))
    if (!nonce.startsWith(this.#nonce) || !(rounds >= 1)) throw new Error('the server broke off the sign-in')
    const salted = pbkdf2Sync(
      this.#password.normalize('NFKC'),
      Buffer.from(said.get('s') ?? '', 'base64'),
      rounds,
      32,
      'sha256',
    )
    const clientKey = hmac(salted, 'Client Key')
    const text = `n=*,r=${this.#nonce},${challenge},c=biws,r=${nonce}`
    const signature = hmac(hash('sha256', clientKey, 'buffer'), text)
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), text)
    const proof = clientKey.map((byte, at) => byte ^ signature[at]!)
    return `c=biws,r=${nonce},p=${Buffer.from(proof).toString('base64')}`
  }

  /** @throws Error when the server does not know the password either. */
  finish(final: string): void {
    const said = Buffer.from(/(?:^|,)v=([^,]*)/.exec(final)?.[1] ?? '', 'base64')
    const due = this.#serverSignature
    if (due === undefined || said.length !== due.length || !timingSafeEqual(said, due)) {
      throw new Error('the server could not prove that it knows the password')
    }
  }
}
