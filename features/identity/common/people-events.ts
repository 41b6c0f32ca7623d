import { z } from 'zod'
import { Role } from '../../../base/common/api.ts'
import { event } from '../../../base/common/event.ts'
import { GroupRole } from './person.ts'

const name = z.string().max(120)

export const peopleEvents = {
  'person.created': event({
    title: 'Person created',
    weight: 'notable',
    data: z.object({ username: name, name, role: Role, account: z.string().max(64).nullable() }),
    say: (who, data) => `${who} created ${data.name} (${data.username}) as ${data.role}`,
    sample: { username: 'mina.park', name: 'Mina Park', role: 'member', account: 'mina' },
  }),
  'person.role-set': event({
    title: 'Role set',
    weight: 'notable',
    data: z.object({ username: name, before: Role, after: Role }),
    say: (who, data) => `${who} made ${data.username} ${data.after} (was ${data.before})`,
    sample: { username: 'mina.park', before: 'member', after: 'admin' },
  }),
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
} as const
