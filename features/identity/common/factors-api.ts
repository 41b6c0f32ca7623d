import { z } from 'zod'
import { command, query, ROLES } from '../../../base/common/api.ts'
import { BrowserOptions, Factors, NewPasskey, OneTimeCode, PasskeyName } from './sign-in.ts'

/** Ten codes, each good once; shown this time only. Given with the first second factor somebody sets up. */
const NewCodes = z.array(z.string()).length(10)

/** The second factors of the person who asks. */
export const factorsApi = {
  'auth.factors': query({
    allow: ROLES,
    about: "One's own second factors: authenticator app, passkeys, recovery codes.",
    peopleOnly: true,
    in: z.object({}),
    out: Factors,
  }),
  'auth.start-totp': command({
    allow: ROLES,
    about: 'Makes the secret for an authenticator app. It counts only after auth.confirm-totp.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({}),
    out: z.object({
      /** Base32, to be typed in by hand. */
      secret: z.string(),
      /** otpauth:// address, to be shown as a QR code. */
      address: z.string(),
    }),
  }),
  'auth.confirm-totp': command({
    allow: ROLES,
    about: 'Turns the authenticator app on, by a code it shows. The one before it, if any, counts no more.',
    peopleOnly: true,
    in: z.object({ code: OneTimeCode }),
    out: z.object({ recoveryCodes: NewCodes.nullable() }),
  }),
  'auth.remove-totp': command({
    allow: ROLES,
    about: 'Turns the authenticator app off.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({}),
    out: z.object({}),
  }),
  'auth.start-passkey': command({
    allow: ROLES,
    about: 'What the browser needs to make a passkey; good for five minutes.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({}),
    out: z.object({ options: BrowserOptions }),
  }),
  'auth.add-passkey': command({
    allow: ROLES,
    about: 'Keeps the passkey that the browser made.',
    peopleOnly: true,
    in: z.object({ name: PasskeyName, passkey: NewPasskey }),
    out: z.object({ id: z.uuid(), recoveryCodes: NewCodes.nullable() }),
  }),
  'auth.rename-passkey': command({
    allow: ROLES,
    about: 'Gives a passkey another name.',
    peopleOnly: true,
    in: z.object({ id: z.uuid(), name: PasskeyName }),
    out: z.object({}),
  }),
  'auth.remove-passkey': command({
    allow: ROLES,
    about: 'Forgets a passkey; it signs nobody in any more.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({ id: z.uuid() }),
    out: z.object({}),
  }),
  'auth.renew-recovery-codes': command({
    allow: ROLES,
    about: 'Makes ten new recovery codes; the ones before count no more.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({}),
    out: z.object({ recoveryCodes: NewCodes }),
  }),
  'person.remove-factors': command({
    allow: ['admin'],
    about:
      "Removes a person's second factors and recovery codes, when they have lost them, and ends their sessions.",
    stepUp: true,
    peopleOnly: true,
    in: z.object({ id: z.uuid() }),
    out: z.object({ sessionsEnded: z.number().int() }),
  }),
}
