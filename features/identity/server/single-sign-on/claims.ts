import { Username } from '../../common/person.ts'
import type { SingleSignOn } from '../../common/single-sign-on.ts'
import type { SingleSignOnFailure } from '../../common/single-sign-on-events.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Who came, in the provider's words, as far as they can be used here. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  /** undefined: the claim is missing or no username can be made of it. */
  readonly username: string | undefined
  readonly name: string | undefined
  /** Only one the provider has verified; lower case. */
  readonly email: string | undefined
  /** Values of the two claims; empty where the claim is missing, since a provider that took the last one away may leave it out. */
  readonly groups: readonly string[]
  readonly roles: readonly string[]
  readonly usedSecondFactor: boolean
  /** When the provider last made sure who is there. */
  readonly provenAt: Date | undefined
}

const VALUES_MAX = 2000

/**
 * Joins what the ID token and the userinfo endpoint say. The token was signed, so its word counts where both say something.
 * What says that an address is verified must come from where the address came from, and how somebody signed in is for the
 * token alone to say.
 */
export function joinClaims(idToken: Claims, userInfo: Claims): Claims {
  const { email, email_verified, amr: _amr, acr: _acr, auth_time: _time, ...rest } = userInfo
  const { email_verified: verified, ...token } = idToken
  return 'email' in idToken
    ? { ...rest, ...token, email_verified: verified }
    : { ...rest, ...token, email, email_verified }
}

type Wanted = Pick<SingleSignOn, 'usernameClaim' | 'groupsClaim' | 'rolesClaim'>

/** @returns the identity, or why these claims cannot be used */
export function identityOf(issuer: string, claims: Claims, wanted: Wanted): Identity | SingleSignOnFailure {
  const { sub } = claims
  if (typeof sub !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(sub)) return 'provider answered wrongly'
  const groups = valuesOf(claims, wanted.groupsClaim)
  const roles = valuesOf(claims, wanted.rolesClaim)
  if (typeof groups === 'string') return groups
  if (typeof roles === 'string') return roles
  const { email, email_verified, auth_time } = claims
  return {
    issuer,
    subject: sub,
    username: usernameOf(claimAt(claims, wanted.usernameClaim)),
    name: nameOf(claims),
    // Some providers say "true" in quotes; it is not what the standard calls verified.
    email: email_verified === true && isAddress(email) ? email.toLowerCase() : undefined,
    groups,
    roles,
    usedSecondFactor: saysSecondFactor(claims),
    provenAt: typeof auth_time === 'number' ? new Date(auth_time * 1000) : undefined,
  }
}

/** The claim of that very name, or what lies at the end of a path such as realm_access.roles. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let at: unknown = claims
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Claims)[step]
  }
  return at
}

function valuesOf(claims: Claims, name: string | null): readonly string[] | SingleSignOnFailure {
  if (name === null) return []
  // Somebody in very many groups: the provider says where to ask for them instead of saying them.
  const elsewhere = claims['_claim_names']
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, name))
    return 'groups or roles not sent'
  const value = claimAt(claims, name)
  if (value === undefined || value === null) return []
  const values = Array.isArray(value) ? value : [value]
  if (values.length > VALUES_MAX) return 'claims too large'
  return values.filter((each) => typeof each === 'string')
}

/** Of an e-mail address the part before the @. */
function usernameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 500) return undefined
  const read = Username.safeParse(value.trim().toLowerCase().replace(/@.*$/s, ''))
  return read.success ? read.data : undefined
}

function nameOf(claims: Claims): string | undefined {
  const given = [claims['given_name'], claims['family_name']].filter((part) => typeof part === 'string')
  const name = typeof claims['name'] === 'string' ? claims['name'] : given.join(' ')
  const plain = name.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return plain === '' ? undefined : [...plain].slice(0, 60).join('')
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 254 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(value)

/** RFC 8176, and the names for "more than one factor" that providers use in `acr`. */
const manyFactors = new Set([
  'mfa',
  'phr',
  'phrh',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
])

function saysSecondFactor({ amr, acr }: Claims): boolean {
  return (Array.isArray(amr) && amr.includes('mfa')) || (typeof acr === 'string' && manyFactors.has(acr))
}
