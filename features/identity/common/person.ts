import { z } from 'zod'
import { Instant, Role } from '../../../base/common/api.ts'

/** Lower-case letters, digits, dot, dash and underscore: safe in a URL, a log line and a shell prompt. */
export const Username = z
  .string()
  .trim()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'a username has 1 to 63 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit',
  )

/** Length is what makes a password strong; the server also refuses the commonest ones. */
export const NewPassword = z.string().min(8, 'use at least 8 characters').max(256)

/** An account name of the operating system; bounded as useradd bounds it, plus the trailing $ of Samba machines. */
export const AccountName = z
  .string()
  .regex(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,31}\$?$/, 'that is not an operating-system account name')

export const GroupRole = z.enum(['owner', 'manager', 'member'])
export type GroupRole = z.infer<typeof GroupRole>

/** Invited: has not opened the invitation yet. Suspended: cannot sign in. Removed: is gone, the record keeps the name. */
export const PersonStatus = z.enum(['invited', 'active', 'suspended', 'removed'])
export type PersonStatus = z.infer<typeof PersonStatus>

/** Of whom a second factor is demanded; whoever has one is always asked for it. */
export const SecondFactorPolicy = z.enum(['optional', 'admins', 'everyone'])
export type SecondFactorPolicy = z.infer<typeof SecondFactorPolicy>

export const SignInMethod = z.enum(['password', 'totp', 'passkey', 'recovery-code', 'single-sign-on'])
export type SignInMethod = z.infer<typeof SignInMethod>

export const Person = z.object({
  id: z.uuid(),
  username: z.string(),
  name: z.string(),
  role: Role,
  /** The OS account this person uses on servers where nothing else is said. */
  account: z.string().nullable(),
  createdAt: Instant,
  lastSignInAt: Instant.nullable(),
})
export type Person = z.infer<typeof Person>

export const Me = Person.extend({
  groups: z.array(z.object({ id: z.uuid(), name: z.string(), role: GroupRole })),
  workspace: z.object({ name: z.string(), timeZone: z.string() }),
  /** The console asks for a new password before anything else. */
  mustChangePassword: z.boolean(),
})
export type Me = z.infer<typeof Me>

export const Group = z.object({
  id: z.uuid(),
  name: z.string(),
  members: z.array(z.object({ personId: z.uuid(), username: z.string(), name: z.string(), role: GroupRole })),
  serverIds: z.array(z.uuid()),
  createdAt: Instant,
})
export type Group = z.infer<typeof Group>
