import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'
import { SignInMethod } from './person.ts'

/** What can stand as a second factor. */
export const SecondFactor = z.enum(['totp', 'passkey', 'recovery-code'])
export type SecondFactor = z.infer<typeof SecondFactor>

/** Six digits of an authenticator app; spaces, as some apps show and copy them, do not matter. */
export const OneTimeCode = z
  .string()
  .max(20)
  .transform((code) => code.replace(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'a code has 6 digits'))

/** Sixteen letters and digits in groups of four; case and what stands between do not matter. */
export const RecoveryCode = z
  .string()
  .max(40)
  .transform((code) => code.toLowerCase().replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[a-z0-9]{16}$/, 'a recovery code has 16 letters and digits'))

const Base64Url = (charactersMax: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'that is not base64url')
    .max(charactersMax)

/** What the browser gives for a passkey that signed: PublicKeyCredential.toJSON(), WebAuthn level 3. */
export const PasskeyAnswer = z.object({
  id: Base64Url(1400),
  rawId: Base64Url(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url(4000),
    authenticatorData: Base64Url(4000),
    signature: Base64Url(8000),
    userHandle: Base64Url(200).optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.looseObject({}).default({}),
})
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>

/** What the browser gives for a passkey that was made. */
export const NewPasskey = z.object({
  id: Base64Url(1400),
  rawId: Base64Url(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url(4000),
    attestationObject: Base64Url(40_000),
    transports: z.array(z.string().max(40)).max(10).optional(),
    authenticatorData: Base64Url(8000).optional(),
    publicKey: Base64Url(8000).optional(),
    publicKeyAlgorithm: z.number().int().optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.looseObject({}).default({}),
})
export type NewPasskey = z.infer<typeof NewPasskey>

export const PasskeyName = z.string().trim().min(1, 'give it a name').max(60)

/** Options for the browser, as WebAuthn writes them in JSON: `PublicKeyCredentialCreationOptionsJSON` and `…RequestOptionsJSON`. */
export const BrowserOptions = z.looseObject({ challenge: z.string() })

export const Session = z.object({
  id: z.uuid(),
  /** The one that asks. */
  isThis: z.boolean(),
  method: SignInMethod,
  createdAt: Instant,
  /** To the minute. */
  seenAt: Instant,
  expiresAt: Instant,
  address: z.string(),
  /** The User-Agent header. */
  client: z.string(),
  /** It was the first from that address and client. */
  isNewPlace: z.boolean(),
})
export type Session = z.infer<typeof Session>

export const Factors = z.object({
  totp: z.object({ since: Instant, lastUsedAt: Instant.nullable() }).nullable(),
  passkeys: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      /** Browsers offer it at this host name only. */
      host: z.string(),
      createdAt: Instant,
      lastUsedAt: Instant.nullable(),
      /** Its maker keeps a copy of it, so that it outlives this device. */
      isBackedUp: z.boolean(),
    }),
  ),
  /** null: none were made yet. */
  recoveryCodes: z.object({ left: z.number().int(), madeAt: Instant }).nullable(),
  /** The workspace demands one of this person. */
  isRequired: z.boolean(),
})
export type Factors = z.infer<typeof Factors>
