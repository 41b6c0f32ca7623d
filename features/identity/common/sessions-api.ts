import { z } from 'zod'
import { command, Instant, PageAsk, page, query, ROLES } from '../../../base/common/api.ts'
import { Session } from './sign-in.ts'

/** Where the person who asks is signed in. */
export const sessionsApi = {
  'auth.sessions': query({
    allow: ROLES,
    about: "One's own open sessions, newest first.",
    peopleOnly: true,
    in: PageAsk.extend({ cursor: z.uuid().optional() }),
    out: page(Session),
  }),
  'auth.end-session': command({
    allow: ROLES,
    about: "Ends one of one's own sessions, at once, also on its open pages.",
    peopleOnly: true,
    in: z.object({ id: z.uuid() }),
    out: z.object({}),
  }),
  'auth.end-other-sessions': command({
    allow: ROLES,
    about: "Ends every session of one's own but this one.",
    peopleOnly: true,
    in: z.object({}),
    out: z.object({ ended: z.number().int() }),
  }),
  'auth.notices': query({
    allow: ROLES,
    about:
      'Sign-ins from an address and client not seen before, until they are dismissed; never this one itself.',
    peopleOnly: true,
    in: z.object({}),
    out: z.object({
      /** Newest first, at most 20. */
      items: z.array(z.object({ id: z.uuid(), at: Instant, address: z.string(), client: z.string() })),
    }),
  }),
  'auth.dismiss-notices': command({
    allow: ROLES,
    about: 'Says that those sign-ins were seen by the person they concern.',
    peopleOnly: true,
    in: z.object({ ids: z.array(z.uuid()).min(1).max(20) }),
    out: z.object({}),
  }),
}
