import { z } from 'zod'
import { Role } from '../../../base/common/api.ts'
import { event } from '../../../base/common/event.ts'
import { Changed, changedWords } from './changed.ts'

const name = z.string().max(120)
const account = z.string().max(64).nullable()
const count = z.number().int()

export const peopleEvents = {
  'person.created': event({
    title: 'Person created',
    weight: 'notable',
    data: z.object({ username: name, name, role: Role, account }),
    say: (who, data) => `${who} created ${data.name} (${data.username}) as ${data.role}`,
    sample: { username: 'mina.park', name: 'Mina Park', role: 'member', account: 'mina' },
  }),
  'person.invited': event({
    title: 'Person invited',
    weight: 'notable',
    data: z.object({
      username: name,
      name,
      role: Role,
      account,
      email: z.string().max(254).nullable(),
      /** By name; at most 200. */
      groups: z.array(name).max(200),
      expiresAt: z.iso.datetime(),
    }),
    say: (who, data) => `${who} invited ${data.name} (${data.username}) as ${data.role}`,
    sample: {
      username: 'mina.park',
      name: 'Mina Park',
      role: 'member',
      account: 'mina',
      email: 'mina@example.com',
      groups: ['Payments'],
      expiresAt: '2026-11-27T09:00:00.000Z',
    },
  }),
  'person.role-set': event({
    title: 'Role set',
    weight: 'notable',
    data: z.object({ username: name, before: Role, after: Role }),
    say: (who, data) => `${who} made ${data.username} ${data.after} (was ${data.before})`,
    sample: { username: 'mina.park', before: 'member', after: 'admin' },
  }),
  'person.updated': event({
    title: 'Person changed',
    weight: 'notable',
    data: z.object({ username: name, changed: Changed }),
    say: (who, data) => `${who} changed ${data.username}: ${changedWords(data.changed)}`,
    sample: { username: 'mina.park', changed: { name: { before: 'Mina Park', after: 'Mina Park-Lee' } } },
  }),
  'person.profile-updated': event({
    title: 'Profile changed',
    weight: 'routine',
    data: z.object({ changed: Changed }),
    say: (who, data) => `${who} changed their profile: ${changedWords(data.changed)}`,
    sample: { changed: { theme: { before: 'auto', after: 'dark' } } },
  }),
  'person.suspended': event({
    title: 'Person suspended',
    weight: 'notable',
    data: z.object({ username: name, sessionsEnded: count }),
    say: (who, data) => `${who} suspended ${data.username}; ${data.sessionsEnded} sessions ended`,
    sample: { username: 'mina.park', sessionsEnded: 2 },
  }),
  'person.resumed': event({
    title: 'Person resumed',
    weight: 'notable',
    data: z.object({ username: name }),
    say: (who, data) => `${who} let ${data.username} in again`,
    sample: { username: 'mina.park' },
  }),
  'person.removed': event({
    title: 'Person removed',
    weight: 'notable',
    data: z.object({
      username: name,
      role: Role,
      sessionsEnded: count,
      tokensDisabled: count,
      /** Authenticator app, passkeys, recovery codes: each counts. */
      factorsRemoved: count,
      /** What they were a member of, by name; at most 200. */
      groups: z.array(name).max(200),
    }),
    say: (who, data) =>
      `${who} removed ${data.username}; ${data.sessionsEnded} sessions and ${data.tokensDisabled} tokens ended`,
    sample: {
      username: 'mina.park',
      role: 'member',
      sessionsEnded: 1,
      tokensDisabled: 2,
      factorsRemoved: 1,
      groups: ['Payments'],
    },
  }),
} as const
