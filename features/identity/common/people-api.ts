import { z } from 'zod'
import { command, PageAsk, page, query, ROLES, Role } from '../../../base/common/api.ts'
import { AccountName, Group, GroupRole, NewPassword, Person, Username } from './person.ts'

/** People, and the groups that give them servers. */
export const peopleApi = {
  'person.create': command({
    allow: ['admin'],
    about: 'Creates a person who can sign in with a password.',
    in: z.object({
      username: Username,
      name: z.string().trim().min(1).max(120),
      role: Role,
      password: NewPassword,
      account: AccountName.optional(),
    }),
    out: Person,
  }),
  'person.list': query({
    allow: ROLES,
    about: 'People one may see: everyone for administrators and auditors, team mates for members.',
    in: PageAsk.extend({ text: z.string().max(200).optional() }),
    out: page(Person),
  }),
  'person.set-role': command({
    allow: ['admin'],
    about: 'Promotes or demotes a person, at once, also on their open pages.',
    in: z.object({ id: z.uuid(), role: Role }),
    out: Person,
  }),

  'group.create': command({
    allow: ['admin'],
    about: 'Creates a group. Servers belong to groups; people reach servers through them.',
    in: z.object({ name: z.string().trim().min(1).max(120) }),
    out: Group,
  }),
  'group.list': query({
    allow: ROLES,
    about: 'Groups one may see: all for administrators and auditors, their own for members.',
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
}
