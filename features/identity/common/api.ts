import { z } from 'zod'
import { command, PageAsk, page, query, ROLES, Role } from '../../../base/common/api.ts'
import { AccountName, Group, GroupRole, Me, NewPassword, Person, Username } from './person.ts'

export const identityApi = {
  'auth.sign-in': command({
    allow: 'anyone',
    about: 'Signs a person in and sets the session cookie.',
    in: z.object({
      username: z.string().trim().toLowerCase().min(1).max(63),
      password: z.string().min(1).max(256),
    }),
    out: z.object({ person: Person, mustChangePassword: z.boolean() }),
  }),
  'auth.session': query({
    allow: 'anyone',
    about: 'Whether the caller is signed in: what a console asks first, without being refused.',
    in: z.object({}),
    out: z.object({ signedIn: z.boolean() }),
  }),
  'auth.me': query({
    allow: ROLES,
    about: 'Who is signed in, with groups and workspace.',
    in: z.object({}),
    out: Me,
  }),
  'auth.sign-out': command({
    allow: ROLES,
    about: 'Ends the session and clears the cookie.',
    in: z.object({}),
    out: z.object({}),
  }),
  'auth.change-password': command({
    allow: ROLES,
    about: "Replaces one's own password. Every other session of this person ends.",
    in: z.object({ current: z.string().min(1).max(256), password: NewPassword }),
    out: z.object({}),
  }),

  'auth.report-denied': command({
    allow: ROLES,
    about: 'The console opened a page this role may not see; the visit is recorded.',
    in: z.object({ path: z.string().min(1).max(500) }),
    out: z.object({}),
  }),

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
