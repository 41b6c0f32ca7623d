import * as openid from 'openid-client'
import { isSafeAddress } from '../../common/single-sign-on.ts'
import type { SingleSignOnFailure } from '../../common/single-sign-on-events.ts'
import { boundedFetch, Unacceptable, Unreachable } from './bounded-fetch.ts'

/** Why nothing came of asking the provider. `detail` is a code or a fixed phrase, and nothing that was sent. */
export class ProviderFailure extends Error {
  readonly why: SingleSignOnFailure
  readonly detail: string

  constructor(why: SingleSignOnFailure, detail: string, options?: ErrorOptions) {
    super(`${why}: ${detail}`, options)
    this.why = why
    this.detail = detail.slice(0, 120)
  }
}

/** Without which nobody signs in. */
interface Endpoints {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
}
export type ProviderMetadata = Readonly<openid.ServerMetadata> & Endpoints

/** Signatures by a key of the provider's own. HS256 would be one by the client secret, "none" none at all. */
const SIGNATURES = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** @throws ProviderFailure */
export async function discover(issuer: string): Promise<ProviderMetadata> {
  const isPlain = issuer.startsWith('http://')
  const found = await openid
    .discovery(new URL(issuer), 'discovery', undefined, openid.None(), {
      [openid.customFetch]: boundedFetch(issuer),
      ...(isPlain && { execute: [openid.allowInsecureRequests] }),
    })
    .catch((error) => {
      throw failureOf(error)
    })
  const { supportsPKCE: _helper, ...metadata } = found.serverMetadata()
  // The library lets some providers name themselves by a pattern for many tenants; whose word counts must be one.
  if (new URL(metadata.issuer).href !== new URL(issuer).href)
    throw new ProviderFailure('provider answered wrongly', 'it calls itself by another name')
  const endpoints: Endpoints = {
    authorization_endpoint: required(metadata, 'authorization_endpoint'),
    token_endpoint: required(metadata, 'token_endpoint'),
    jwks_uri: required(metadata, 'jwks_uri'),
  }
  for (const address of [...Object.values(endpoints), metadata.userinfo_endpoint])
    if (address !== undefined && !isSafeAddress(address, issuer))
      throw new ProviderFailure('provider answered wrongly', 'one of its addresses is not https')
  const offered = metadata.id_token_signing_alg_values_supported ?? ['RS256']
  const accepted = offered.filter((name) => SIGNATURES.includes(name))
  if (accepted.length === 0)
    throw new ProviderFailure('provider answered wrongly', 'it signs by no key of its own')
  return { ...metadata, ...endpoints, id_token_signing_alg_values_supported: accepted }
}

function required(metadata: Readonly<Record<string, unknown>>, name: keyof Endpoints): string {
  const address = metadata[name]
  if (typeof address === 'string') return address
  throw new ProviderFailure('provider answered wrongly', `it has no ${name.replaceAll('_', ' ')}`)
}

export interface Client {
  readonly clientId: string
  readonly clientSecret: string | undefined
}

/**
 * The library's view of the provider, made anew for every exchange, so that the keys are read anew as well and a key that
 * the provider changed a moment ago is known.
 * @param skewSeconds how far this server's idea of now is ahead of the system's
 */
export function clientOf(
  metadata: ProviderMetadata,
  { clientId, clientSecret }: Client,
  skewSeconds = 0,
): openid.Configuration {
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const authentication =
    clientSecret === undefined
      ? openid.None()
      : methods.includes('client_secret_basic') || !methods.includes('client_secret_post')
        ? openid.ClientSecretBasic(clientSecret)
        : openid.ClientSecretPost(clientSecret)
  const settings = { [openid.clockSkew]: skewSeconds, [openid.clockTolerance]: 60 }
  const client = new openid.Configuration(metadata, clientId, settings, authentication)
  client[openid.customFetch] = boundedFetch(metadata.issuer)
  if (metadata.issuer.startsWith('http://')) openid.allowInsecureRequests(client)
  // The signature is checked although the token comes by TLS from the provider itself: two locks are better than one.
  openid.enableNonRepudiationChecks(client)
  return client
}

/** What the library threw, as one of our reasons. Its errors carry tokens in `cause`: they are never logged whole. */
export function failureOf(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof Unreachable) return new ProviderFailure('provider unreachable', at.message)
    if (at instanceof Unacceptable) return new ProviderFailure('provider answered wrongly', at.message)
  }
  if (error instanceof openid.AuthorizationResponseError || error instanceof openid.ResponseBodyError)
    return new ProviderFailure('provider refused', codeOf(error.error))
  if (error instanceof openid.WWWAuthenticateChallengeError)
    return new ProviderFailure('provider refused', `status ${error.status}`)
  if (error instanceof openid.ClientError) {
    const inner = error.cause instanceof Error ? error.cause.message : error.message
    return new ProviderFailure('provider answered wrongly', inner.replace(/[^\x20-\x7e]/g, '?'))
  }
  throw error
}

/** An error code of OAuth; other texts a provider sends are not ours to repeat. */
const codeOf = (code: string) => (/^[a-z_]{1,60}$/.test(code) ? code : 'an error without a code')
