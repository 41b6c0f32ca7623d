import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Json = Record<string, unknown>
const encoded = (value: unknown) =>
  (typeof value === 'string' ? Buffer.from(value) : Buffer.from(JSON.stringify(value))).toString('base64url')

/** What a test changes of a provider's answers; each may also take the answer over. */
export interface Mischief {
  metadata?: Json
  header?: Json
  claims?: Json
  /** How the ID token is signed; by the provider's key unless said. */
  sign?: (input: string) => string
  /** The ID token is made for this audience or by this issuer by `claims`; this one replaces it whole. */
  idToken?: string
  userInfo?: Json
  answer?: (path: string, response: ServerResponse) => boolean
}

/**
 * A provider that can be told to lie. It gives the code without asking anybody: `nonce` is the one of the last start
 * address it was shown.
 */
export async function startHostileProvider(clientSecret: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }
  let mischief: Mischief = {}
  let nonce = ''
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = new URL(request.url!, issuer).pathname
    requests.push(path)
    request.resume()
    if (mischief.answer?.(path, response)) return
    const answer = answers[path]?.()
    if (answer === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const metadata = (): Json => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/me`,
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    authorization_response_iss_parameter_supported: true,
    ...mischief.metadata,
  })
  const claims = (): Json => {
    const now = Math.floor(Date.now() / 1000)
    return {
      ...{ iss: issuer, sub: 'nina-1', aud: 'annals', iat: now, exp: now + 300, nonce, auth_time: now },
      ...{ preferred_username: 'nina', name: 'Nina New' },
      ...mischief.claims,
    }
  }
  const idToken = () => {
    const input = `${encoded({ alg: 'RS256', kid: 'one', ...mischief.header })}.${encoded(claims())}`
    return `${input}.${(mischief.sign ?? byKey(privateKey))(input)}`
  }
  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': metadata,
    '/token': () => ({
      access_token: 'an-access-token-of-a-test',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: mischief.idToken ?? idToken(),
    }),
    '/keys': () => ({ keys: [jwk] }),
    '/me': () => ({ sub: 'nina-1', ...mischief.userInfo }),
  }
  return {
    issuer,
    clientId: 'annals',
    clientSecret,
    requests,
    publicKey,
    be: (change: Mischief) => {
      mischief = change
    },
    /** Remembers what a start address asks for. @returns the parameters of an honest way back */
    authorize(start: string): Record<string, string> {
      const { searchParams } = new URL(start)
      nonce = searchParams.get('nonce')!
      return { code: 'a-code-of-a-test', state: searchParams.get('state')!, iss: issuer }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const byKey = (key: KeyObject) => (input: string) =>
  createSign('RSA-SHA256').update(input).sign(key).toString('base64url')

export const bySecret = (secret: string | Buffer) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url')
