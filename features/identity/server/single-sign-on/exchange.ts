import type { Kysely } from 'kysely'
import * as openid from 'openid-client'
import type { Database } from '../../../../base/server/database.ts'
import type { SecretBox } from '../../../../base/server/secret-box.ts'
import { ATTEMPT_SECONDS, type Attempt, isState, stateHash } from './attempt.ts'
import { type Identity, identityOf, joinClaims } from './claims.ts'
import { clientOf, failureOf, ProviderFailure, type ProviderMetadata } from './provider.ts'
import { clientIn, type Stored } from './settings.ts'

/** How long ago the provider may have made sure of somebody who was asked to prove it anew. */
const AGAIN_SECONDS = 120
const AT_ONCE_MAX = 20
let running = 0

/** What came back in the address. */
export interface Callback {
  readonly state?: string | undefined
  readonly code?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

/**
 * Whether what came back belongs to what this browser began, and only once.
 * @throws ProviderFailure
 */
export async function expectOwn(
  db: Kysely<Database>,
  attempt: Attempt,
  { state }: Callback,
  { settings }: Stored,
  now: Date,
): Promise<void> {
  if (state === undefined || !isState(state, attempt.state))
    throw new ProviderFailure('state does not match', 'another state')
  if (Math.abs(now.getTime() - attempt.begunAt) > ATTEMPT_SECONDS * 1000)
    throw new ProviderFailure('begun too long ago', `more than ${ATTEMPT_SECONDS} s`)
  const used = await db
    .selectFrom('single_sign_on_state')
    .select('used_at')
    .where('state_hash', '=', stateHash(state))
    .executeTakeFirst()
  if (used) throw new ProviderFailure('state used already', 'seen before')
  if (!settings.enabled) throw new ProviderFailure('not set up', 'switched off')
  if (settings.issuer !== attempt.issuer || settings.clientId !== attempt.clientId)
    throw new ProviderFailure('settings changed meanwhile', 'another provider or client')
}

interface Exchange {
  readonly metadata: ProviderMetadata
  readonly stored: Stored
  readonly secrets: SecretBox
  readonly attempt: Attempt
  readonly callback: Callback
  /** The address the provider was told to send the browser back to. */
  readonly redirectUri: string
  readonly now: Date
}

/**
 * Gives the code back for tokens, checks them, asks for what they do not say, and forgets them.
 * @throws ProviderFailure
 */
export async function exchange(ask: Exchange): Promise<Identity> {
  if (running >= AT_ONCE_MAX) throw new ProviderFailure('too many at once', `${AT_ONCE_MAX} are running`)
  running++
  try {
    return await askForIdentity(ask)
  } catch (error) {
    throw failureOf(error)
  } finally {
    running--
  }
}

async function askForIdentity(ask: Exchange): Promise<Identity> {
  const { metadata, stored, secrets, attempt, callback, redirectUri, now } = ask
  const skewSeconds = Math.round((now.getTime() - Date.now()) / 1000)
  const client = clientOf(metadata, clientIn(secrets, stored), skewSeconds)
  const address = new URL(redirectUri)
  for (const [name, value] of Object.entries(callback))
    if (value !== undefined) address.searchParams.set(name, value)
  const tokens = await openid.authorizationCodeGrant(client, address, {
    pkceCodeVerifier: attempt.verifier,
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()!
  const more = metadata.userinfo_endpoint
    ? await openid.fetchUserInfo(client, tokens.access_token, claims.sub)
    : {}
  const identity = identityOf(metadata.issuer, joinClaims(claims, more), stored.settings)
  if (typeof identity === 'string') throw new ProviderFailure(identity, 'claims')
  if (attempt.again && !isRecent(identity.provenAt, now))
    throw new ProviderFailure('not confirmed anew', identity.provenAt ? 'auth_time is old' : 'no auth_time')
  return identity
}

const isRecent = (at: Date | undefined, now: Date) =>
  at !== undefined && now.getTime() - at.getTime() <= AGAIN_SECONDS * 1000
