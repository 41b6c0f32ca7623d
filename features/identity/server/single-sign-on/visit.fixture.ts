import type { world } from '../../../../seed/world.ts'
import { type IdentityProvider, providerBrowser } from '../../../../test/identity-provider.ts'

export type World = Awaited<ReturnType<typeof world>>
export type Answer = Awaited<ReturnType<World['anonymous']['ask']>>
interface Cookie {
  readonly name: string
  readonly value: string
  readonly sameSite?: string
  readonly httpOnly?: boolean
  readonly path?: string
  readonly maxAge?: number
}

/** The redirect address of every `world()`. */
export const redirectUri = 'http://127.0.0.1:7300/api/auth.single-sign-on-callback'

/** Sets up single sign-on as an administrator would. */
export async function setUp(
  w: World,
  provider: Pick<IdentityProvider, 'issuer' | 'clientId' | 'clientSecret'>,
  more: object = {},
) {
  const answer = await w.as('ada').tell('single-sign-on.update', {
    enabled: true,
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    label: 'Example Login',
    createsPeople: true,
    ...more,
  })
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
}

export const cookieOf = (answer: Answer, name: string) =>
  (answer.cookies as Cookie[]).find((cookie) => cookie.name === name)

/** What a browser is sent away with. */
export async function begin(w: World, query: object = {}, cookie?: string) {
  const answer = await w.withCookie(cookie!).ask('auth.single-sign-on', query)
  return {
    answer,
    to: String(answer.headers['location']),
    attempt: cookieOf(answer, 'annals-attempt')?.value,
  }
}

/** The browser comes back from the provider. */
export const comeBack = (w: World, parameters: object, attempt: string | undefined) =>
  w.anonymous.ask('auth.single-sign-on-callback', parameters, {
    ...(attempt !== undefined && { cookie: `annals-attempt=${attempt}` }),
    'sec-fetch-site': 'cross-site',
  })

/** All of it. @param account who signs in at the provider; null says no there */
export async function visit(w: World, account: string | null, query: object = {}) {
  const { to, attempt } = await begin(w, query)
  const parameters = await providerBrowser().signIn(to, account)
  const answer = await comeBack(w, parameters, attempt)
  const session = cookieOf(answer, 'annals')
  return {
    answer,
    parameters,
    attempt,
    to: answer.headers['location'],
    session,
    me: w.withCookie(session?.value ?? ''),
  }
}
