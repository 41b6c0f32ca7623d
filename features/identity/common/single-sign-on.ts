import { z } from 'zod'
import { Role } from '../../../base/common/api.ts'

/** Scheme, host (no name and password before it, nothing that is read in two ways) and what begins after the port. */
const address = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:[/?#]|$)/i

function hostOf(text: string): { readonly isPlain: boolean; readonly isLoopback: boolean } | undefined {
  const [, scheme, host] = address.exec(text) ?? []
  if (scheme === undefined || host === undefined || /[\s\\\p{Cc}]/u.test(text)) return undefined
  return {
    isPlain: scheme.toLowerCase() === 'http',
    isLoopback: /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/i.test(host),
  }
}

/**
 * Whether an address may be asked, or a browser sent there: https, or plain http on this machine itself when the issuer is
 * there as well, since nobody can listen in between.
 */
export function isSafeAddress(text: string, issuer = text): boolean {
  const host = hostOf(text)
  if (host === undefined) return false
  return !host.isPlain || (host.isLoopback && hostOf(issuer)?.isLoopback === true)
}

export const Issuer = z
  .string()
  .trim()
  .max(500)
  .refine(
    (value) => isSafeAddress(value),
    'use the provider’s https address, such as https://login.example.com; http is for this machine only',
  )
  .refine(
    (value) => !/[?#]/.test(value) && !value.includes('/.well-known/'),
    'use the issuer itself, without a query and without /.well-known/…',
  )

const ClaimName = z.string().trim().min(1, 'name a claim').max(100)
const ClaimValue = z.string().trim().min(1, 'write the value of the claim').max(100)

/** RFC 6749: printable ASCII. What was copied with a line end or a strange space would never match. */
const printable = /^[\x20-\x7e]*$/

export const MAPPINGS_MAX = 100

export const GroupMapping = z.object({ value: ClaimValue, groupId: z.uuid() })
export type GroupMapping = z.infer<typeof GroupMapping>
export const RoleMapping = z.object({ value: ClaimValue, role: Role })
export type RoleMapping = z.infer<typeof RoleMapping>

const Scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'a scope has no spaces and no quotes')

/** What an administrator decides. */
export const SingleSignOn = z.object({
  enabled: z.boolean(),
  /** As the provider names itself; everything else about it is found by discovery. Empty: none was set up yet. */
  issuer: z.union([z.literal(''), Issuer]),
  clientId: z
    .string()
    .trim()
    .max(200)
    .regex(printable, 'a client id has plain letters, digits and signs only'),
  /** What the button says after "Sign in with". */
  label: z.string().trim().min(1, 'write what the button says').max(40),
  scopes: z
    .array(Scope)
    .max(20)
    .refine((scopes) => scopes.includes('openid'), 'one of the scopes is openid'),
  /** Whether somebody who was never here is made a person at their first sign-in. */
  createsPeople: z.boolean(),
  /** Whether a person who is here already is found by an e-mail address that the provider has verified. */
  linksByEmail: z.boolean(),
  usernameClaim: ClaimName,
  /** Its name, or a path such as realm_access.roles. null: groups stay as they are. */
  groupsClaim: ClaimName.nullable(),
  groups: z.array(GroupMapping).max(MAPPINGS_MAX),
  /** null: roles are given by hand. */
  rolesClaim: ClaimName.nullable(),
  roles: z.array(RoleMapping).max(MAPPINGS_MAX),
  /** For whom no value of the claim says otherwise. null: they may not come in. Never administrator. */
  defaultRole: z.enum(['member', 'auditor']).nullable(),
  /** Whether roles and groups are set anew at every sign-in, rather than at the first one only. */
  synchronizes: z.boolean(),
  /** Whether a sign-in counts as two factors where the provider says it asked for them. */
  trustsSecondFactor: z.boolean(),
  /** Who may sign in with a password while single sign-on is on. */
  passwordFor: z.enum(['everyone', 'admins']),
})
export type SingleSignOn = z.infer<typeof SingleSignOn>

export const ClientSecret = z
  .string()
  .min(1)
  .max(1000)
  .regex(printable, 'a client secret has plain letters, digits and signs only')

/** How people may sign in here, for those who have not yet. */
export const SignInWays = z.object({
  password: z.enum(['everyone', 'admins']),
  singleSignOn: z
    .object({
      label: z.string(),
      /** Where the browser is sent to begin: on the public address, whatever name this page was opened by. */
      startsAt: z.string(),
    })
    .nullable(),
})
export type SignInWays = z.infer<typeof SignInWays>
