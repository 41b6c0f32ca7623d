import { z } from 'zod'
import { command, query, ROLES } from '../../../base/common/api.ts'
import { Me, NewPassword, Person } from './person.ts'
import { BrowserOptions, OneTimeCode, PasskeyAnswer, RecoveryCode, SecondFactor } from './sign-in.ts'

const Password = z.string().min(1).max(256)
const SignedIn = z.object({ person: Person, mustChangePassword: z.boolean() })

const isOne = (ask: Readonly<Record<string, unknown>>) =>
  Object.values(ask).filter((value) => value !== undefined).length === 1

/** Signing in and out, and proving anew that one is who one is. */
export const authApi = {
  'auth.sign-in': command({
    allow: 'anyone',
    about: 'Signs a person in and sets the session cookie; says so where a second factor is due.',
    in: z.object({
      username: z.string().trim().toLowerCase().min(1).max(63),
      password: Password,
    }),
    out: z.union([
      SignedIn,
      z.object({
        /** What to ask for first. The cookie that was set is good for `auth.second-factor` and for nothing else. */
        next: z.enum(['totp', 'passkey']),
        /** All that would do. */
        methods: z.array(SecondFactor),
        expiresInSeconds: z.number().int(),
      }),
    ]),
  }),
  'auth.second-factor': command({
    allow: 'anyone',
    about:
      'Completes a sign-in that waits for its second factor: give one of code, recoveryCode and passkey.',
    in: z
      .object({
        code: OneTimeCode.optional(),
        recoveryCode: RecoveryCode.optional(),
        /** The answer to the challenge of `auth.passkey-challenge`. */
        passkey: PasskeyAnswer.optional(),
      })
      .refine(isOne, 'give one of code, recoveryCode and passkey'),
    out: SignedIn.extend({
      /** Where one was used: how many are left. */
      recoveryCodesLeft: z.number().int().optional(),
    }),
  }),
  'auth.passkey-challenge': command({
    allow: 'anyone',
    about:
      'What a passkey is to sign, for auth.second-factor or auth.step-up; good for five minutes and one answer.',
    quiet: 'A question; its answer, right or wrong, is recorded.',
    in: z.object({}),
    out: z.object({ options: BrowserOptions }),
  }),
  'auth.step-up': command({
    allow: ROLES,
    about: 'Proves anew that it is still you: give one of password, code and passkey.',
    peopleOnly: true,
    in: z
      .object({
        password: Password.optional(),
        code: OneTimeCode.optional(),
        passkey: PasskeyAnswer.optional(),
      })
      .refine(isOne, 'give one of password, code and passkey'),
    out: z.object({ confirmedUntil: z.iso.datetime() }),
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
    in: z.object({ current: Password, password: NewPassword }),
    out: z.object({}),
  }),

  'auth.report-denied': command({
    allow: ROLES,
    about: 'The console opened a page this role may not see; the visit is recorded.',
    in: z.object({ path: z.string().min(1).max(500) }),
    out: z.object({}),
  }),
}
