import { z } from 'zod'
import { command, PageAsk, page, query, ROLES, Role } from '../../../base/common/api.ts'
import {
  AccountName,
  Email,
  NewLink,
  NewPassword,
  Person,
  PersonDetail,
  PersonRow,
  PersonStatus,
  Preferences,
  Username,
} from './person.ts'

const Name = z.string().trim().min(1, 'write a name').max(120)
const One = z.object({ id: z.uuid() })

/**
 * People: who they are, how they come and how they go. Whatever lets somebody in, or in as more, is for people only: a token
 * that could do it could make itself an administrator. Whatever ends somebody's access a token may do.
 */
export const peopleApi = {
  'person.create': command({
    allow: ['admin'],
    about: 'Creates a person who can sign in with a password.',
    peopleOnly: true,
    in: z.object({
      username: Username,
      name: z.string().trim().min(1).max(120),
      role: Role,
      password: NewPassword,
      account: AccountName.optional(),
    }),
    out: Person,
  }),
  'person.invite': command({
    allow: ['admin'],
    about: 'Adds a person and makes the link by which they choose their password. It is shown once.',
    peopleOnly: true,
    in: z.object({
      username: Username,
      name: Name,
      role: Role,
      /** Where the link is sent when a mail server is configured. */
      email: Email.optional(),
      account: AccountName.optional(),
      groupIds: z.array(z.uuid()).max(200).optional(),
    }),
    out: NewLink,
  }),
  'person.reset-link': command({
    allow: ['admin'],
    about:
      'Makes a link by which a person sets a new password; for someone invited, a new invitation. Older ones end.',
    stepUp: true,
    peopleOnly: true,
    in: One,
    out: NewLink,
  }),
  'person.withdraw-link': command({
    allow: ['admin'],
    about: 'Ends an invitation or a reset link that was not used yet.',
    in: One,
    out: PersonDetail,
  }),
  'person.list': query({
    allow: ROLES,
    about: 'People one may see: everyone for administrators and auditors, team mates for members.',
    rows: 'themselves and whoever shares a group with them',
    in: PageAsk.extend({
      text: z.string().max(200).optional(),
      /** Without it, everybody who was not removed. */
      status: z.enum([...PersonStatus.options, 'any']).optional(),
      role: Role.optional(),
    }),
    out: page(PersonRow),
  }),
  'person.read': query({
    allow: ROLES,
    about: 'One person, with groups and with the links made for them.',
    rows: 'themselves and whoever shares a group with them',
    in: One,
    out: PersonDetail,
  }),
  'person.set-role': command({
    allow: ['admin'],
    about: 'Promotes or demotes a person, at once, also on their open pages.',
    peopleOnly: true,
    in: z.object({ id: z.uuid(), role: Role }),
    out: Person,
  }),
  'person.update': command({
    allow: ['admin'],
    about:
      "Changes a person's name, username, e-mail or account on servers. What is recorded keeps the old names.",
    peopleOnly: true,
    in: One.extend({
      name: Name.optional(),
      username: Username.optional(),
      email: Email.nullable().optional(),
      account: AccountName.nullable().optional(),
    }),
    out: PersonDetail,
  }),
  'person.update-profile': command({
    allow: ROLES,
    about: "Changes one's own name, e-mail and the way the console looks.",
    peopleOnly: true,
    in: z.object({
      name: Name.optional(),
      email: Email.nullable().optional(),
      /** What is given replaces what was; the rest stays. */
      preferences: Preferences.optional(),
    }),
    out: PersonDetail,
  }),
  'person.suspend': command({
    allow: ['admin'],
    about: 'Ends what a person has open and lets them in no more, until they are resumed.',
    in: One,
    out: PersonDetail,
  }),
  'person.resume': command({
    allow: ['admin'],
    about: 'Lets a suspended person sign in again.',
    peopleOnly: true,
    in: One,
    out: PersonDetail,
  }),
  'person.remove': command({
    allow: ['admin'],
    about: 'Removes a person for good. Their rows stay readable under the name they had.',
    in: One,
    out: PersonDetail,
  }),
}
