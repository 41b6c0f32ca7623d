import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type JWK } from 'oidc-provider'

/** Somebody who can sign in there: by typing this name, without a password. */
export interface ProviderAccount {
  readonly sub: string
  readonly claims?: Readonly<Record<string, unknown>>
  /** How the provider says it made sure of them. */
  readonly amr?: readonly string[]
  readonly acr?: string
}

export interface IdentityProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Every access token, ID token and code it gave, to look for where none of them may be. */
  readonly given: string[]
  set(account: ProviderAccount): void
  /** Signs with another key from now on; the old one is gone. */
  rotateKeys(): void
  /** Stops answering, on the same port. */
  goDown(): Promise<void>
  comeUp(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const CLIENT_ID = 'annals'
const CLIENT_SECRET = 'the client secret of a test: / + % = ?'

/**
 * A real provider of OpenID Connect (the certified oidc-provider) on loopback. Its sign-in page has one field; agreement to
 * what the client may read is given by itself.
 */
export async function startIdentityProvider({
  redirectUri,
  inIdToken = false,
}: {
  readonly redirectUri: string
  /** Whether the ID token says all; otherwise the userinfo endpoint does, as the standard prefers. */
  readonly inIdToken?: boolean
}): Promise<IdentityProvider> {
  const accounts = new Map<string, ProviderAccount>()
  const given: string[] = []
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  let server = await listen(0, (request, response) => handle(request, response))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`

  const make = () => {
    const provider = new Provider(issuer, {
      clients: [
        { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] },
        {
          client_id: 'public',
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'none',
        },
      ],
      jwks: { keys: [newKey()] },
      cookies: { keys: ['a key of a test'] },
      conformIdTokenClaims: !inIdToken,
      scopes: ['openid', 'profile', 'email'],
      claims: {
        openid: ['sub', 'acr', 'amr', 'auth_time'],
        profile: ['name', 'given_name', 'family_name', 'preferred_username', 'groups', 'realm_access'],
        email: ['email', 'email_verified'],
      },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...accounts.get(id)?.claims }),
      }),
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      renderError: (context, { error, error_description }) => {
        context.type = 'txt'
        context.body = `${error}: ${error_description}`
      },
      features: { devInteractions: { enabled: false } },
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client!.clientId,
          accountId: oidc.session!.accountId!,
        })
        grant.addOIDCScope('openid profile email')
        await grant.save()
        return grant
      },
      ttl: {
        AccessToken: 60,
        AuthorizationCode: 60,
        IdToken: 300,
        Grant: 600,
        Interaction: 600,
        Session: 600,
      },
    })
    provider.on('grant.success', ({ body }) => {
      for (const value of Object.values(body as Record<string, unknown>))
        if (typeof value === 'string' && value.length > 20) given.push(value)
    })
    const callback = provider.callback()
    handle = (request, response) => {
      if (request.url === '/favicon.ico') return void response.writeHead(204).end()
      if (!request.url?.startsWith('/interaction/')) return void callback(request, response)
      interact(provider, accounts, request, response).catch((error) =>
        response.writeHead(500).end(String(error)),
      )
    }
  }
  make()

  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    given,
    set: (account) => void accounts.set(account.sub, account),
    rotateKeys: make,
    async goDown() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    async comeUp() {
      server = await listen(port, (request, response) => handle(request, response))
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function listen(
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handle).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() } as JWK
}

/** The provider's own page: a name, and a way to say no. */
async function interact(
  provider: Provider,
  accounts: ReadonlyMap<string, ProviderAccount>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response)
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>
      <html lang="en"><title>Provider</title><h1>The provider</h1>
      <form method="post" action="/interaction/${uid}">
        <label>Account <input name="account" autofocus></label>
        <button>Continue</button><button name="no" value="1">Cancel</button>
      </form></html>`)
    return
  }
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const form = new URLSearchParams(body)
  const account = accounts.get(form.get('account') ?? '')
  await provider.interactionFinished(
    request,
    response,
    form.has('no') || account === undefined
      ? { error: 'access_denied', error_description: 'End-User aborted interaction' }
      : {
          login: {
            accountId: account.sub,
            ...(account.amr && { amr: [...account.amr] }),
            ...(account.acr && { acr: account.acr }),
          },
        },
    { mergeWithLastSubmission: false },
  )
}

/** A browser at the provider, as far as it takes to get through: cookies, redirects, one form. */
export function providerBrowser() {
  const cookies = new Map<string, string>()
  const fetchOnce = async (address: string, init: RequestInit = {}) => {
    const answer = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: {
        ...init.headers,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (value === '') cookies.delete(name!)
      else cookies.set(name!, value!)
    }
    return answer
  }
  return {
    /** Follows a start address until the provider sends the browser back. @returns the parameters of the way back */
    async signIn(start: string, account: string | null): Promise<Record<string, string>> {
      const { origin } = new URL(start)
      let answer = await fetchOnce(start)
      for (let step = 0; step < 10; step++) {
        const location = answer.headers.get('location')
        if (location === null) {
          const page = await answer.text()
          const action = /action="([^"]+)"/.exec(page)?.[1]
          if (action === undefined)
            throw new Error(`the provider answered ${answer.status}: ${page.slice(0, 500)}`)
          answer = await fetchOnce(new URL(action, origin).href, {
            method: 'POST',
            body: new URLSearchParams(account === null ? { no: '1' } : { account }),
          })
          continue
        }
        const next = new URL(location, origin)
        if (next.origin !== origin) return Object.fromEntries(next.searchParams)
        answer = await fetchOnce(next.href)
      }
      throw new Error('the provider sent the browser round in circles')
    },
  }
}
