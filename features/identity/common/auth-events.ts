import { z } from 'zod'
import { event } from '../../../base/common/event.ts'
import { SignInMethod } from './person.ts'
import { SecondFactor } from './sign-in.ts'

const name = z.string().max(120)
const sessionId = z.uuid()
const sampleId = '01900000-0000-7000-8000-000000000001'

const methodWords: Record<SignInMethod, string> = {
  password: 'a password',
  totp: 'a password and a one-time code',
  passkey: 'a password and a passkey',
  'recovery-code': 'a password and a recovery code',
  'single-sign-on': 'single sign-on',
}

/** One proof, where it stands alone. */
const Proof = z.enum(['password', 'totp', 'passkey', 'recovery-code'])
const proofWords: Record<z.infer<typeof Proof>, string> = {
  password: 'the password',
  totp: 'a one-time code',
  passkey: 'a passkey',
  'recovery-code': 'a recovery code',
}

const count = (n: number) => n.toLocaleString('en')

export const authEvents = {
  'auth.signed-in': event({
    title: 'Signed in',
    weight: 'routine',
    data: z.object({
      sessionId,
      method: SignInMethod,
      /** Given here after single sign-on; the other methods name theirs. */
      secondFactor: SecondFactor.optional(),
      /** The session whose cookie came along; it ended. */
      replacedSessionId: z.uuid().optional(),
    }),
    say: (who, { method, secondFactor }) =>
      `${who} signed in with ${methodWords[method]}${secondFactor ? ` and ${proofWords[secondFactor]}` : ''}`,
    sample: { sessionId: sampleId, method: 'password' },
  }),
  'auth.second-factor-asked': event({
    title: 'Second factor asked',
    weight: 'routine',
    data: z.object({
      methods: z.array(SecondFactor),
      /** What came before it, where that was no password. */
      after: z.literal('single-sign-on').optional(),
    }),
    say: (who, { after }) =>
      `${who} ${after ? 'came by single sign-on' : 'gave the right password'} and was asked for a second factor`,
    sample: { methods: ['totp', 'recovery-code'] },
  }),
  'auth.second-factor-failed': event({
    title: 'Second factor failed',
    weight: 'notable',
    data: z.object({
      method: SecondFactor,
      why: z.enum(['wrong', 'used before', 'too many attempts', 'unknown passkey', 'no such factor']),
      triesLeft: z.number().int(),
    }),
    say: (who, data) => `${who} failed at the second factor: ${proofWords[data.method]}, ${data.why}`,
    sample: { method: 'totp', why: 'wrong', triesLeft: 4 },
  }),
  'auth.sign-in-failed': event({
    title: 'Sign-in failed',
    weight: 'notable',
    // A name that belongs to nobody is not kept: people type passwords into that field.
    data: z.object({
      username: name.nullable(),
      why: z.enum([
        'unknown person',
        'wrong password',
        'too many attempts',
        'not an active person',
        'no password yet',
        'single sign-on only',
      ]),
    }),
    say: (_who, data) => `Sign-in ${data.username === null ? '' : `as ${data.username} `}failed: ${data.why}`,
    sample: { username: 'mina.park', why: 'wrong password' },
  }),
  'auth.sign-ins-failed': event({
    title: 'Sign-ins failed',
    weight: 'alarming',
    // What came in a minute after as many as are entries of their own.
    data: z.object({
      times: z.number().int(),
      /** Began to wait, beyond those that are entries. */
      lockOuts: z.number().int(),
      firstAt: z.iso.datetime(),
      lastAt: z.iso.datetime(),
      /** How many; of IPv6 networks of 64 bits. Counted up to 10,000. */
      addresses: z.number().int(),
      addressesMost: z.array(z.object({ address: z.string().max(60), times: z.number().int() })).max(10),
      /** How many there are of those whose names were tried. */
      people: z.number().int(),
      peopleMost: z.array(z.object({ username: name, times: z.number().int() })).max(10),
    }),
    say: (_who, { times, addresses, people, lockOuts }) =>
      `${count(times)} more sign-ins failed within a minute, from ${count(addresses)} ${addresses === 1 ? 'address' : 'addresses'}, at ${count(people)} people and names of nobody${lockOuts > 0 ? `; ${count(lockOuts)} more had to wait` : ''}`,
    sample: {
      times: 11_400,
      lockOuts: 0,
      firstAt: '2026-11-21T09:00:03.120Z',
      lastAt: '2026-11-21T09:00:59.871Z',
      addresses: 312,
      addressesMost: [{ address: '203.0.113.7', times: 120 }],
      people: 4,
      peopleMost: [{ username: 'mina.park', times: 37 }],
    },
  }),
  'auth.locked-out': event({
    title: 'Locked out',
    weight: 'alarming',
    data: z.object({
      /** null: a name of nobody, which is not kept. */
      username: name.nullable(),
      /** What has to wait. */
      whose: z.enum(['name', 'address', 'name and address']),
      seconds: z.number().int(),
    }),
    say: (_who, data) =>
      `After too many failures ${data.username ?? 'a name of nobody'} has to wait ${data.seconds} s (by ${data.whose})`,
    sample: { username: 'mina.park', whose: 'name', seconds: 2 },
  }),
  'auth.new-place': event({
    title: 'Signed in from somewhere new',
    weight: 'notable',
    data: z.object({
      sessionId,
      address: z.string().max(60),
      client: z.string().max(300),
      /** The browser was known, only its address or version is new. */
      isKnownDevice: z.boolean(),
    }),
    say: (who, data) => `${who} signed in from ${data.address}, not seen before for them`,
    sample: {
      sessionId: sampleId,
      address: '203.0.113.7',
      client: 'Mozilla/5.0 (X11; Linux x86_64)',
      isKnownDevice: false,
    },
  }),
  'auth.notices-dismissed': event({
    title: 'New places seen',
    weight: 'routine',
    data: z.object({
      places: z.array(z.object({ address: z.string().max(60), at: z.iso.datetime() })).max(20),
    }),
    say: (who, data) => `${who} has seen that there were sign-ins from ${data.places.length} new places`,
    sample: { places: [{ address: '203.0.113.7', at: '2026-11-21T09:00:00.000Z' }] },
  }),
  'auth.stepped-up': event({
    title: 'Identity confirmed',
    weight: 'routine',
    data: z.object({ method: Proof }),
    say: (who, data) => `${who} confirmed who they are with ${proofWords[data.method]}`,
    sample: { method: 'totp' },
  }),
  'auth.step-up-failed': event({
    title: 'Identity not confirmed',
    weight: 'notable',
    data: z.object({
      method: Proof,
      why: z.enum(['wrong', 'used before', 'too many attempts', 'unknown passkey', 'no such factor']),
    }),
    say: (who, data) => `${who} could not confirm who they are: ${proofWords[data.method]}, ${data.why}`,
    sample: { method: 'password', why: 'wrong' },
  }),
  'auth.signed-out': event({
    title: 'Signed out',
    weight: 'routine',
    data: z.object({ sessionId }),
    say: (who) => `${who} signed out`,
    sample: { sessionId: sampleId },
  }),
  'auth.session-ended': event({
    title: 'Session ended',
    weight: 'notable',
    data: z.object({ sessionId, address: z.string().max(60), client: z.string().max(300) }),
    say: (who, data) => `${who} ended their session at ${data.address}`,
    sample: { sessionId: sampleId, address: '203.0.113.7', client: 'curl/8.5.0' },
  }),
  'auth.other-sessions-ended': event({
    title: 'Other sessions ended',
    weight: 'notable',
    data: z.object({ sessionsEnded: z.number().int() }),
    say: (who, data) => `${who} ended ${data.sessionsEnded} other sessions`,
    sample: { sessionsEnded: 3 },
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
    data: z.object({ why: z.enum(['wrong current password', 'too common', 'too many attempts']) }),
    say: (who, data) => `${who} could not change their password: ${data.why}`,
    sample: { why: 'wrong current password' },
  }),
} as const
