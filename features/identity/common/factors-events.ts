import { z } from 'zod'
import { event } from '../../../base/common/event.ts'

const Factor = z.enum(['totp', 'passkey'])
const name = z.string().max(60).nullable()
const words = { totp: 'an authenticator app', passkey: 'a passkey' } as const
const called = (passkey: string | null) => (passkey === null ? '' : ` (${passkey})`)

export const factorsEvents = {
  'auth.factor-started': event({
    title: 'Second factor begun',
    weight: 'routine',
    data: z.object({ factor: Factor }),
    say: (who, data) => `${who} began to set up ${words[data.factor]}`,
    sample: { factor: 'totp' },
  }),
  'auth.factor-added': event({
    title: 'Second factor added',
    weight: 'notable',
    data: z.object({
      factor: Factor,
      name,
      /** It took the place of one that was there. */
      replaced: z.boolean(),
    }),
    say: (who, data) => `${who} set up ${words[data.factor]}${called(data.name)}`,
    sample: { factor: 'passkey', name: 'Laptop', replaced: false },
  }),
  'auth.factor-refused': event({
    title: 'Second factor not added',
    weight: 'notable',
    data: z.object({ factor: Factor, why: z.string().max(300) }),
    say: (who, data) => `${who} could not set up ${words[data.factor]}: ${data.why}`,
    sample: { factor: 'totp', why: 'wrong code' },
  }),
  'auth.factor-removed': event({
    title: 'Second factor removed',
    weight: 'notable',
    data: z.object({ factor: Factor, name }),
    say: (who, data) => `${who} removed ${words[data.factor]}${called(data.name)}`,
    sample: { factor: 'passkey', name: 'Laptop' },
  }),
  'auth.passkey-renamed': event({
    title: 'Passkey renamed',
    weight: 'routine',
    data: z.object({
      changed: z.object({ name: z.object({ before: z.string().max(60), after: z.string().max(60) }) }),
    }),
    say: (who, { changed }) => `${who} renamed the passkey ${changed.name.before} to ${changed.name.after}`,
    sample: { changed: { name: { before: 'Laptop', after: 'Old laptop' } } },
  }),
  'auth.recovery-codes-made': event({
    title: 'Recovery codes made',
    weight: 'notable',
    data: z.object({ count: z.number().int(), unusedBefore: z.number().int() }),
    say: (who, data) => `${who} got ${data.count} new recovery codes; ${data.unusedBefore} unused ones ended`,
    sample: { count: 10, unusedBefore: 0 },
  }),
  'person.factors-removed': event({
    title: 'Second factors removed',
    weight: 'notable',
    data: z.object({
      username: z.string().max(120),
      totp: z.boolean(),
      passkeys: z.number().int(),
      recoveryCodes: z.number().int(),
      sessionsEnded: z.number().int(),
    }),
    say: (who, data) => `${who} removed the second factors of ${data.username}`,
    sample: { username: 'mina.park', totp: true, passkeys: 1, recoveryCodes: 8, sessionsEnded: 2 },
  }),
} as const
