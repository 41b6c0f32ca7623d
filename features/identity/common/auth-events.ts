import { z } from 'zod'
import { event } from '../../../base/common/event.ts'

const name = z.string().max(120)

export const authEvents = {
  'auth.signed-in': event({
    title: 'Signed in',
    weight: 'routine',
    data: z.object({ sessionId: z.uuid(), method: z.enum(['password']) }),
    say: (who) => `${who} signed in with a password`,
    sample: { sessionId: '01900000-0000-7000-8000-000000000001', method: 'password' },
  }),
  'auth.sign-in-failed': event({
    title: 'Sign-in failed',
    weight: 'notable',
    // A name that belongs to nobody is not kept: people type passwords into that field.
    data: z.object({
      username: name.nullable(),
      why: z.enum(['unknown person', 'wrong password', 'too many attempts']),
    }),
    say: (_who, data) => `Sign-in ${data.username === null ? '' : `as ${data.username} `}failed: ${data.why}`,
    sample: { username: 'mina.park', why: 'wrong password' },
  }),
  'auth.signed-out': event({
    title: 'Signed out',
    weight: 'routine',
    data: z.object({ sessionId: z.uuid() }),
    say: (who) => `${who} signed out`,
    sample: { sessionId: '01900000-0000-7000-8000-000000000001' },
  }),
  'auth.password-changed': event({
    title: 'Password changed',
    weight: 'notable',
    data: z.object({ sessionsEnded: z.number().int() }),
    say: (who, data) => `${who} changed their password; ${data.sessionsEnded} other sessions ended`,
    sample: { sessionsEnded: 2 },
  }),
  'auth.password-change-refused': event({
    title: 'Password change refused',
    weight: 'notable',
    data: z.object({ why: z.enum(['wrong current password', 'too common']) }),
    say: (who, data) => `${who} could not change their password: ${data.why}`,
    sample: { why: 'wrong current password' },
  }),
} as const
