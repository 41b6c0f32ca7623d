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

export const Email = z.email('that is not an e-mail address').trim().toLowerCase().max(254)

/** As the tables of the world's time zones name it; an offset alone would be wrong half of the year. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'use a time zone by its name, such as Europe/Berlin, Asia/Seoul or UTC')

function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

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

/** How somebody likes the console, wherever they sign in. What is not there is as the console has it. */
export const Preferences = z
  .object({
    theme: z.enum(['auto', 'light', 'dark']),
    density: z.enum(['compact', 'standard', 'comfortable']),
    /** null: the workspace's. */
    timeZone: TimeZone.nullable(),
  })
  .partial()
  .strict()
export type Preferences = z.infer<typeof Preferences>

export const PersonRow = Person.extend({
  status: PersonStatus,
  /** Told to administrators, to auditors and to the person themselves; null for others. */
  email: z.string().nullable(),
  /** Of the groups the reader sees. */
  groupCount: z.number().int(),
})
export type PersonRow = z.infer<typeof PersonRow>

export const PersonLink = z.object({
  id: z.uuid(),
  purpose: z.enum(['invitation', 'password-reset']),
  state: z.enum(['open', 'used', 'withdrawn', 'expired']),
  createdAt: Instant,
  expiresAt: Instant,
  /** Who made it, by the name they had. */
  createdBy: z.string(),
  /** null: not sent by mail. */
  mail: z
    .object({
      to: z.string(),
      state: z.enum(['waiting', 'sent', 'failed']),
      at: Instant,
      /** What the mail server said. */
      problem: z.string().nullable(),
    })
    .nullable(),
})
export type PersonLink = z.infer<typeof PersonLink>

export const PersonDetail = PersonRow.extend({
  groups: z.array(z.object({ id: z.uuid(), name: z.string(), role: GroupRole })),
  /** Newest first, at most 20; without the secret, which nobody sees again. Empty for members. */
  links: z.array(PersonLink),
})
export type PersonDetail = z.infer<typeof PersonDetail>

/** A link that was just made: the only time it can be read. */
export const NewLink = z.object({
  person: PersonRow,
  /** The secret stands behind the #, which browsers send to nobody. */
  link: z.url(),
  expiresAt: Instant,
  /** What to write to the person; `to` is where Annals sends it, null where it cannot. */
  mail: z.object({ to: z.string().nullable(), subject: z.string(), text: z.string() }),
})
export type NewLink = z.infer<typeof NewLink>

export const Me = Person.extend({
  groups: z.array(z.object({ id: z.uuid(), name: z.string(), role: GroupRole })),
  /** As owner or manager of a group, where the workspace grants them the record of its servers. */
  seesGroupRecord: z.boolean(),
  workspace: z.object({ name: z.string(), timeZone: z.string() }),
  email: z.string().nullable(),
  preferences: Preferences,
  /** The console asks for a new password before anything else. */
  mustChangePassword: z.boolean(),
  /** The workspace demands a second factor, and there is none yet. */
  mustEnrolFactor: z.boolean(),
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
