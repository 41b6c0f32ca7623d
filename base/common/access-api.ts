import { z } from 'zod'
import { query, ROLES, Role } from './api.ts'

export const AccessRow = z.object({
  endpoint: z.string(),
  kind: z.enum(['query', 'command', 'channel', 'download', 'redirect', 'socket']),
  about: z.string(),
  /** Also who is not signed in. */
  anyone: z.boolean(),
  roles: z.array(Role),
  /** Which rows a member sees, in words; null where it is no matter of rows. Administrators and auditors see every row. */
  rows: z.string().nullable(),
  /** Only for people, never for a token. */
  peopleOnly: z.boolean(),
  /** Asks for a recent proof of who is there: always, or when one of these fields is given. */
  stepUp: z.union([z.boolean(), z.array(z.string())]),
})
export type AccessRow = z.infer<typeof AccessRow>

export const accessApi = {
  'access.matrix': query({
    allow: ROLES,
    about: 'Who may call what and who sees which rows, from the tables the server itself goes by.',
    rows: 'what everybody sees',
    in: z.object({}),
    out: z.object({ items: z.array(AccessRow) }),
  }),
}
