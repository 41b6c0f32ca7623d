import * as openid from 'openid-client'
import { type Act, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { singleSignOnEvents } from '../../common/single-sign-on-events.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { callbackAddress } from './known-providers.ts'
import { clientOf, discover, failureOf, type ProviderFailure, type ProviderMetadata } from './provider.ts'
import { clientIn, readSettings, type Stored } from './settings.ts'

type Test = Act<{ issuer?: string | undefined }, typeof singleSignOnEvents>

interface Finding {
  readonly isProblem: boolean
  readonly words: string
}
const good = (words: string): Finding => ({ isProblem: false, words })
const bad = (words: string): Finding => ({ isProblem: true, words })

/** Asks the provider all that a sign-in will ask, as far as that goes without anybody signing in. */
export const testProvider = ({ db, secrets, publicUrl }: Parts) =>
  inTwoSteps(
    async ({ input }: Pick<Test, 'input'>) => {
      const stored = await readSettings(db)
      const issuer = input.issuer ?? stored.settings.issuer
      if (issuer === '') return { issuer, findings: [bad('There is no provider yet: write its address.')] }
      try {
        const metadata = await discover(issuer)
        const isStored = issuer === stored.settings.issuer && stored.settings.clientId !== ''
        const findings = [
          good(`The provider answers as ${metadata.issuer}.`),
          await findKeys(metadata),
          ...findMethods(metadata, stored),
          ...(isStored ? [await findClient(metadata, stored, secrets, publicUrl)] : []),
        ]
        return { issuer, findings }
      } catch (error) {
        return { issuer, findings: [bad(sentenceOf(failureOf(error), issuer))] }
      }
    },
    async ({ record }: Test, { issuer, findings }) => {
      const works = findings.every(({ isProblem }) => !isProblem)
      await record('single-sign-on.tested', { data: { issuer, works } })
      return { works, findings }
    },
  )

async function findKeys({ jwks_uri, issuer }: ProviderMetadata): Promise<Finding> {
  try {
    const answer = await boundedFetch(issuer)(jwks_uri, {
      method: 'GET',
      headers: { accept: 'application/json' },
      body: undefined,
      redirect: 'manual',
    })
    const { keys } = (await answer.json()) as { keys?: unknown }
    if (!Array.isArray(keys) || keys.length === 0)
      return bad('The provider shows no keys to check its word by.')
    return good(`It shows ${keys.length} ${keys.length === 1 ? 'key' : 'keys'} to check its word by.`)
  } catch {
    return bad('The provider does not show its keys (jwks_uri): nothing it says could be checked.')
  }
}

function findMethods(metadata: ProviderMetadata, { settings }: Stored): Finding[] {
  const { code_challenge_methods_supported: methods, scopes_supported: scopes } = metadata
  const unknown = scopes ? settings.scopes.filter((scope) => !scopes.includes(scope)) : []
  return [
    methods && !methods.includes('S256')
      ? bad('The provider does not know PKCE with S256, which every sign-in here uses.')
      : good(
          methods ? 'It knows PKCE with S256.' : 'It does not say whether it knows PKCE; it is used anyway.',
        ),
    ...(unknown.length > 0
      ? [bad(`It does not know the scope ${unknown.join(', ')}. Take it away, or add it there.`)]
      : []),
  ]
}

/** A code that never was: a provider that complains of the code has accepted the client, and one that does not know it says so. */
async function findClient(
  metadata: ProviderMetadata,
  stored: Stored,
  secrets: Parts['secrets'],
  publicUrl: string,
): Promise<Finding> {
  const address = new URL(callbackAddress(publicUrl))
  const state = openid.randomState()
  address.searchParams.set('code', openid.randomState())
  address.searchParams.set('state', state)
  address.searchParams.set('iss', metadata.issuer)
  try {
    await openid.authorizationCodeGrant(clientOf(metadata, clientIn(secrets, stored)), address, {
      pkceCodeVerifier: openid.randomPKCECodeVerifier(),
      expectedState: state,
    })
    return bad('The provider accepted a code that it never gave. Do not use it.')
  } catch (error) {
    const { why, detail } = failureOf(error)
    if (why === 'provider unreachable') return bad(`Its token endpoint does not answer: ${detail}.`)
    if (detail === 'invalid_grant') return good('It knows this client and its secret.')
    if (detail === 'invalid_client' || detail === 'unauthorized_client' || detail === 'status 401')
      return bad(
        'The provider does not accept the client id and the client secret. Compare them with what stands there.',
      )
    return good(`Whether it knows this client shows at the first sign-in (it said ${detail}).`)
  }
}

function sentenceOf({ why, detail }: ProviderFailure, issuer: string): string {
  if (why === 'provider unreachable')
    return `${issuer} does not answer (${detail}). See whether this server reaches it, and whether its certificate is good.`
  return `${issuer} is not a provider that can be used: ${detail}. Its address must be exactly the one it calls itself by.`
}
