import { z } from 'zod'
import { Role } from '../../../base/common/api.ts'
import { event } from '../../../base/common/event.ts'
import { Changed, changedWords } from './changed.ts'

const name = z.string().max(120)
const Issuer = z.string().max(500)
/** "value → name"; at most 40 are named, the counts are whole. */
const Mappings = z.object({
  added: z.array(z.string().max(230)).max(40),
  removed: z.array(z.string().max(230)).max(40),
  addedCount: z.number().int(),
  removedCount: z.number().int(),
})

/** Why a sign-in at the provider came to nothing. */
export const SingleSignOnFailure = z.enum([
  'not set up',
  'no attempt of this browser',
  'state does not match',
  'state used already',
  'begun too long ago',
  'settings changed meanwhile',
  'provider refused',
  'provider unreachable',
  'provider answered wrongly',
  'too many at once',
  'claims too large',
  'groups or roles not sent',
  'not confirmed anew',
  'no username',
  'username taken',
  'e-mail belongs to several people',
  'linked to another identity',
  'unknown person',
  'no role',
  'invited by another address',
  'suspended',
  'removed',
])
export type SingleSignOnFailure = z.infer<typeof SingleSignOnFailure>

export const singleSignOnEvents = {
  'auth.single-sign-on-failed': event({
    title: 'Single sign-on failed',
    weight: 'notable',
    data: z.object({
      issuer: Issuer.nullable(),
      why: SingleSignOnFailure,
      /** The library’s or the provider’s word for it, such as invalid_grant; nothing of what was sent. */
      detail: z.string().max(120).nullable(),
    }),
    say: (_who, { why, detail }) => `Single sign-on failed: ${why}${detail === null ? '' : ` (${detail})`}`,
    sample: { issuer: 'https://login.example.com', why: 'provider refused', detail: 'access_denied' },
  }),
  'single-sign-on.updated': event({
    title: 'Single sign-on changed',
    weight: 'alarming',
    data: z.object({ changed: Changed, groups: Mappings, roles: Mappings }),
    say: (who, { changed, groups, roles }) => {
      const mapped = groups.addedCount + groups.removedCount + roles.addedCount + roles.removedCount
      const fields = changedWords(changed)
      return mapped === 0
        ? `${who} changed single sign-on: ${fields}`
        : `${who} changed single sign-on: ${fields}; ${mapped} mappings of groups and roles`
    },
    sample: {
      changed: { enabled: { before: false, after: true }, clientSecret: { before: 'none', after: 'set' } },
      groups: { added: ['ops → Payments'], removed: [], addedCount: 1, removedCount: 0 },
      roles: { added: [], removed: [], addedCount: 0, removedCount: 0 },
    },
  }),
  'single-sign-on.tested': event({
    title: 'Single sign-on tested',
    weight: 'routine',
    data: z.object({ issuer: Issuer, works: z.boolean() }),
    say: (who, { issuer, works }) =>
      `${who} tested the identity provider ${issuer}: it ${works ? 'works' : 'does not work'}`,
    sample: { issuer: 'https://login.example.com', works: true },
  }),
  'single-sign-on.linked': event({
    title: 'Linked to an identity provider',
    weight: 'notable',
    data: z.object({ username: name, issuer: Issuer, by: z.enum(['first sign-in', 'verified e-mail']) }),
    say: (_who, { username, issuer, by }) => `${username} was linked to ${issuer} by ${by}`,
    sample: { username: 'mina.park', issuer: 'https://login.example.com', by: 'first sign-in' },
  }),
  'single-sign-on.unlinked': event({
    title: 'Unlinked from an identity provider',
    weight: 'notable',
    data: z.object({ username: name, issuer: Issuer, sessionsEnded: z.number().int() }),
    say: (who, { username, issuer, sessionsEnded }) =>
      `${who} unlinked ${username} from ${issuer}; ${sessionsEnded} sessions ended`,
    sample: { username: 'mina.park', issuer: 'https://login.example.com', sessionsEnded: 1 },
  }),
  'single-sign-on.role-kept': event({
    title: 'Role kept against the provider',
    weight: 'alarming',
    data: z.object({ username: name, kept: Role, said: Role }),
    say: (_who, { username, kept, said }) =>
      `${username} stays ${kept} although the provider says ${said}: they are the last administrator`,
    sample: { username: 'ada', kept: 'admin', said: 'member' },
  }),
} as const
