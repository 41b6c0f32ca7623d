import { z } from 'zod'
import { command, PageAsk, page, query, ROLES } from '../../../base/common/api.ts'
import { Group, GroupRole } from './person.ts'

const Name = z.string().trim().min(1).max(120)

/** Groups, which give people servers. */
export const groupsApi = {
  'group.create': command({
    allow: ['admin'],
    about: 'Creates a group. Servers belong to groups; people reach servers through them.',
    in: z.object({ name: Name }),
    out: Group,
  }),
  'group.list': query({
    allow: ROLES,
    about: 'Groups one may see: all for administrators and auditors, their own for members.',
    rows: 'the groups they are in',
    in: PageAsk.extend({ text: z.string().max(200).optional() }),
    out: page(Group),
  }),
  'group.set-members': command({
    allow: ['admin'],
    about: 'Replaces the members of a group.',
    in: z
      .object({
        id: z.uuid(),
        members: z
          .array(z.object({ personId: z.uuid(), role: GroupRole.default('member') }))
          .max(5000)
          .optional(),
        /** A shorter form: everyone becomes a plain member. */
        personIds: z.array(z.uuid()).max(5000).optional(),
      })
      .refine(
        (ask) => (ask.members === undefined) !== (ask.personIds === undefined),
        'give either members or personIds',
      ),
    out: Group,
  }),
  'group.rename': command({
    allow: ['admin'],
    about: 'Renames a group. What is recorded keeps the old name.',
    in: z.object({ id: z.uuid(), name: Name }),
    out: Group,
  }),
  'group.remove': command({
    allow: ['admin'],
    about: 'Removes a group. Its members lose the servers only it gave them, at once.',
    in: z.object({ id: z.uuid() }),
    out: z.object({ id: z.uuid() }),
  }),
}
