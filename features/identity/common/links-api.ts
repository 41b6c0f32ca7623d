import { z } from 'zod'
import { command } from '../../../base/common/api.ts'
import { NewPassword, PersonLink } from './person.ts'

/** As it stands in a link. */
const Secret = z.string().min(1).max(100)

/** What a person does with a link that an administrator gave them. */
export const linksApi = {
  'auth.open-link': command({
    allow: 'anyone',
    about: 'For whom a link is and what for. It is a POST so that its secret stands in no address.',
    quiet: 'it changes nothing; a link that does not open is recorded as a failed request',
    in: z.object({ secret: Secret }),
    out: z.object({
      purpose: PersonLink.shape.purpose,
      name: z.string(),
      username: z.string(),
      workspaceName: z.string(),
      expiresAt: PersonLink.shape.expiresAt,
    }),
  }),
  'auth.accept-link': command({
    allow: 'anyone',
    about: 'Sets a password by an invitation or a reset link, once. The person then signs in with it.',
    in: z.object({ secret: Secret, password: NewPassword }),
    out: z.object({ username: z.string() }),
  }),
}
