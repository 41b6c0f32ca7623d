import { z } from 'zod'
import { event } from '../../../base/common/event.ts'
import { Changed } from './changed.ts'
import { GroupRole } from './person.ts'

const name = z.string().max(120)

export const groupsEvents = {
  'group.created': event({
    title: 'Group created',
    weight: 'notable',
    data: z.object({ name }),
    say: (who, data) => `${who} created the group ${data.name}`,
    sample: { name: 'Payments' },
  }),
  'group.members-set': event({
    title: 'Group members set',
    weight: 'notable',
    data: z.object({
      name,
      /** At most 200 are named each way; the counts are whole. */
      added: z.array(z.object({ username: name, role: GroupRole })).max(200),
      removed: z.array(z.object({ username: name })).max(200),
      addedCount: z.number().int(),
      removedCount: z.number().int(),
      members: z.number().int(),
    }),
    say: (who, data) =>
      `${who} changed ${data.name}: ${data.addedCount} added or changed, ${data.removedCount} removed`,
    sample: {
      name: 'Payments',
      added: [{ username: 'mina.park', role: 'owner' }],
      removed: [{ username: 'theo' }],
      addedCount: 1,
      removedCount: 1,
      members: 4,
    },
  }),
  'group.renamed': event({
    title: 'Group renamed',
    weight: 'notable',
    data: z.object({ changed: Changed }),
    say: (who, { changed }) =>
      `${who} renamed the group ${changed['name']?.before} to ${changed['name']?.after}`,
    sample: { changed: { name: { before: 'Payments', after: 'Billing' } } },
  }),
  'group.removed': event({
    title: 'Group removed',
    weight: 'notable',
    data: z.object({ name, members: z.number().int(), servers: z.number().int() }),
    say: (who, data) =>
      `${who} removed the group ${data.name}, with ${data.members} members and ${data.servers} servers`,
    sample: { name: 'Payments', members: 4, servers: 2 },
  }),
} as const
