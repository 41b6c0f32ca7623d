import { generateSync } from 'otplib'
import { password } from '../../../../seed/story.ts'
import type { world } from '../../../../seed/world.ts'
import { SoftPasskey } from './soft-passkey.fixture.ts'

export type World = Awaited<ReturnType<typeof world>>
type Persona = Parameters<World['as']>[0]
type Cookie = { name: string; value: string; httpOnly: boolean; sameSite: string; maxAge?: number }

export const cookieIn = (answer: { cookies: unknown }, name = 'annals') =>
  (answer.cookies as Cookie[]).find((cookie) => cookie.name === name)

/** A page of the console at a host name, as passkeys need one. */
export const page = { origin: 'http://localhost:7300', host: 'localhost:7300' }

export const codeOf = (secret: string, w: World, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(w.now().getTime() / 1000) + 30 * steps })

/** Sets up an authenticator app, and lets its first code grow old. @returns the secret and the recovery codes */
export async function enrolTotp(w: World, who: Persona) {
  const started = await w.as(who).tell('auth.start-totp')
  const secret = started.body.secret as string
  const confirmed = await w.as(who).tell('auth.confirm-totp', { code: codeOf(secret, w) })
  if (confirmed.status !== 200) throw new Error(JSON.stringify(confirmed.body))
  w.pass(60)
  return { secret, recoveryCodes: confirmed.body.recoveryCodes as string[] }
}

export async function enrolPasskey(w: World, who: Persona, name = 'Laptop') {
  const passkey = new SoftPasskey()
  const { body } = await w.as(who).tell('auth.start-passkey', {}, page)
  const made = passkey.make(body.options, page.origin)
  const added = await w.as(who).tell('auth.add-passkey', { name, passkey: made }, page)
  if (added.status !== 200) throw new Error(JSON.stringify(added.body))
  return { passkey, id: added.body.id as string, recoveryCodes: added.body.recoveryCodes as string[] | null }
}

/** The first step. @returns the answer and a way to go on with the cookie it set */
export async function firstStep(w: World, username: string, headers: object = {}) {
  const answer = await w.anonymous.tell('auth.sign-in', { username, password }, headers)
  const cookie = cookieIn(answer)?.value
  return { ...answer, cookie, go: w.withCookie(cookie) }
}
