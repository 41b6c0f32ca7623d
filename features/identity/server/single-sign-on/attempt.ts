import { createHash, timingSafeEqual } from 'node:crypto'
import * as openid from 'openid-client'
import { z } from 'zod'
import type { SecretBox } from '../../../../base/server/secret-box.ts'

/** How long somebody may take at the provider. */
export const ATTEMPT_SECONDS = 600

const Attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  /** Of PKCE: only whoever began can use the code. */
  verifier: z.string(),
  /** Where in the console to go on. */
  to: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  /** Milliseconds since 1970. */
  begunAt: z.number(),
  /** The provider was told to make sure anew who is there. */
  again: z.boolean(),
  /** The session this browser had then, which the new one replaces. */
  sessionId: z.string().optional(),
})
/** A sign-in on its way to the provider and back. It travels in the browser's cookie, sealed; nothing of it is stored here. */
export type Attempt = z.infer<typeof Attempt>

const CONTEXT = 'single sign-on attempt'

export const beginAttempt = (about: Omit<Attempt, 'state' | 'nonce' | 'verifier'>): Attempt => ({
  ...about,
  state: openid.randomState(),
  nonce: openid.randomNonce(),
  verifier: openid.randomPKCECodeVerifier(),
})

export const sealAttempt = (secrets: SecretBox, attempt: Attempt): string =>
  secrets.seal(JSON.stringify(attempt), CONTEXT).toString('base64url')

/** @returns undefined for a cookie that this server did not write */
export function openAttempt(secrets: SecretBox, cookie: string | undefined): Attempt | undefined {
  if (cookie === undefined || cookie.length > 4000) return undefined
  try {
    return Attempt.parse(JSON.parse(secrets.open(Buffer.from(cookie, 'base64url'), CONTEXT)))
  } catch {
    return undefined
  }
}

export const stateHash = (state: string) => createHash('sha256').update(state).digest()

export const isState = (state: string, expected: string) =>
  timingSafeEqual(stateHash(state), stateHash(expected))
