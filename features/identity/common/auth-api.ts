import { z } from 'zod'
import { command, query, ROLES } from '../../../base/common/api.ts'
import { Me, NewPassword, Person } from './person.ts'

/** Signing in and out, and all that proves who somebody is. */
export const authApi = {
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
}
