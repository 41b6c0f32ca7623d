import { z } from 'zod'
import { Instant, type Role } from '../../../base/common/api.ts'
import { PathBound, TokenScope } from '../../../base/common/bounds.ts'

/** A personal token acts as its person, a service token as itself. */
export const TokenKind = z.enum(['personal', 'service'])
export type TokenKind = z.infer<typeof TokenKind>

/** What a service token may be; administrators are people. */
export const ServiceRole = z.enum(['member', 'auditor'])
export type ServiceRole = z.infer<typeof ServiceRole>

/** Suspended: its person cannot sign in, so neither can it. */
export const TokenState = z.enum(['active', 'disabled', 'expired', 'suspended'])
export type TokenState = z.infer<typeof TokenState>

export const TokenName = z.string().trim().min(1, 'give it a name').max(120)

export const CommandRule = z
  .string()
  .min(1, 'an empty rule covers no line')
  .max(1000)
  .refine((text) => !text.includes('\0'), 'a command line cannot contain a NUL character')

/** All that bounds a token. Each list denies what it does not name; no address at all means any address. */
export const tokenBounds = {
  scopes: z.array(TokenScope).max(100),
  /** A `*` at the end matches any tail; without it the line must match exactly. */
  commands: z.array(CommandRule).max(100),
  /** Ids of servers it may act on; `*` is every server its holder reaches. */
  servers: z.array(z.union([z.literal('*'), z.uuid()])).max(200),
  paths: z.array(PathBound).max(100),
  /** Addresses and CIDR ranges it may be used from. */
  addresses: z.array(z.string().trim().min(1).max(60)).max(50),
}

const Named = z.object({ id: z.uuid(), name: z.string() })

export const Token = z.object({
  id: z.uuid(),
  kind: TokenKind,
  name: z.string(),
  /** Whose it is; null for a service token. */
  person: Named.nullable(),
  /** What a service token acts as; null for a personal one, which follows its person. */
  role: ServiceRole.nullable(),
  /** The groups a service token is in. */
  groups: z.array(Named),
  scopes: z.array(z.string()),
  commands: z.array(z.string()),
  servers: z.array(z.string()),
  /** Names of those servers, as far as the reader sees them. */
  serverNames: z.array(Named),
  paths: z.array(PathBound),
  addresses: z.array(z.string()),
  state: TokenState,
  createdAt: Instant,
  createdBy: Named,
  expiresAt: Instant.nullable(),
  /** When its secret was last replaced. */
  rotatedAt: Instant.nullable(),
  disabledAt: Instant.nullable(),
  disabledBy: Named.nullable(),
  /** To the minute. */
  lastUsedAt: Instant.nullable(),
  lastUsedAddress: z.string().nullable(),
})
export type Token = z.infer<typeof Token>

interface Viewer {
  readonly id: string
  readonly role: Role | 'system' | 'none'
}
type Owned = Pick<Token, 'kind' | 'person' | 'disabledBy'>

/** Whose token it is to change: a person's own, and service tokens administrators'. */
const isOwn = ({ kind, person }: Owned, viewer: Viewer) =>
  kind === 'service' ? viewer.role === 'admin' : person?.id === viewer.id

export const tokenCan = {
  /** An administrator who could replace another's secret could act in their name. */
  rotate: isOwn,
  update: isOwn,
  disable: (token: Owned, viewer: Viewer) => viewer.role === 'admin' || isOwn(token, viewer),
  /** What an administrator disabled stays so until one enables it. */
  enable: (token: Owned, viewer: Viewer) =>
    viewer.role === 'admin' ||
    (isOwn(token, viewer) && (token.disabledBy === null || token.disabledBy.id === viewer.id)),
}
