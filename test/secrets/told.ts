import { generateSync } from 'otplib'
import { expect } from 'vitest'
import { setUp, visit } from '../../features/identity/server/single-sign-on/visit.fixture.ts'
import { agentOn, machineIn } from '../../seed/agent.ts'
import { servers } from '../../seed/machines.ts'
import { password, people, teams } from '../../seed/story.ts'
import type { world } from '../../seed/world.ts'
import { tellBothSides } from '../access/sides.ts'
import { startIdentityProvider } from '../identity-provider.ts'
import { type Place, plant, type Secret } from './hunt.ts'

/** Secrets of every kind on their way through the product, where each belongs. */
const redirectUri = 'http://127.0.0.1:7300/api/auth.single-sign-on-callback'
export const secrets: Secret[] = []
/** Everything that was answered. */
export const answers: Place[] = []

/** A secret that goes in. */
export function sent(what: string, more: Partial<Secret> = {}): string {
  const text = more.text ?? plant()
  secrets.push({ what, ...more, text })
  return text
}

/** A secret that one answer hands out, or two. */
function handed(what: string, text: unknown, ...handedBy: string[]): string {
  if (typeof text !== 'string' || text.length < 8)
    throw new Error(`${what} was not handed out by ${handedBy}`)
  secrets.push({ what, text, handedBy })
  return text
}

export type World = Awaited<ReturnType<typeof world>>

/** Everything that is answered is kept, to be looked through. */
export function keepAnswers(w: World) {
  const inject = w.app.inject.bind(w.app) as (request: { url: string }) => Promise<{
    headers: object
    payload: string
  }>
  w.app.inject = (async (request: { url: string }) => {
    const answer = await inject(request)
    const endpoint = request.url.replace(/^\/api\//, '').replace(/\?.*/, '')
    answers.push({
      where: `an answer of ${endpoint}`,
      text: `${JSON.stringify(answer.headers)}\n${answer.payload}`,
      endpoint,
    })
    return answer
  }) as never
}

export async function passwords(w: World) {
  const wrong = sent('a wrong password', { isGuessable: true })
  await w.anonymous.tell('auth.sign-in', { username: 'mina', password: wrong })
  const typed = sent('a password typed into the name field', { isGuessable: true })
  await w.anonymous.tell('auth.sign-in', { username: typed, password: wrong })
  await w.anonymous.tell('auth.sign-in', { username: typed.toUpperCase(), password: typed })
  const created = sent('the password of a new person', { isGuessable: true })
  await w
    .as('ada')
    .tell('person.create', { username: 'nina', name: 'Nina', role: 'member', password: created })
  const first = await w.anonymous.tell('auth.sign-in', { username: 'nina', password: created })
  const session = handed('a session', cookie(first, 'annals'), 'auth.sign-in')
  const changed = sent('a new password', { isGuessable: true })
  const nina = w.withCookie(session)
  await nina.tell('auth.change-password', { current: sent('a wrong current password'), password: changed })
  expect((await nina.tell('auth.change-password', { current: created, password: changed })).status).toBe(200)
  await nina.tell('auth.step-up', { password: sent('a wrong password to confirm', { isGuessable: true }) })
  await nina.tell('auth.step-up', { password: changed })
  await nina.tell('auth.sign-out')
}

export async function factors(w: World) {
  const mina = w.as('mina')
  const { secret, address } = (await mina.tell('auth.start-totp')).body
  handed('a TOTP seed', secret, 'auth.start-totp')
  handed('the address of a TOTP seed', address, 'auth.start-totp')
  const code = (steps = 0) =>
    generateSync({ secret, epoch: Math.floor(w.now().getTime() / 1000) + 30 * steps })
  const confirming = code()
  const { recoveryCodes } = (await mina.tell('auth.confirm-totp', { code: confirming })).body
  for (const recovery of recoveryCodes) {
    handed('a recovery code', recovery, 'auth.confirm-totp')
    secrets.push({ what: 'a recovery code without its strokes', text: recovery.replaceAll('-', '') })
  }
  w.pass(60)
  const first = await w.anonymous.tell('auth.sign-in', { username: 'mina', password })
  const half = w.withCookie(handed('half a session', cookie(first, 'annals'), 'auth.sign-in'))
  await half.tell('auth.second-factor', { recoveryCode: sent('a wrong recovery code') })
  const used = code()
  expect((await half.tell('auth.second-factor', { code: used })).status).toBe(200)
  // Six digits alone are anywhere: as a text of their own they must not be.
  for (const each of [confirming, used]) secrets.push({ what: 'a code', text: `"${each}"` })
  const again = await w.anonymous.tell('auth.sign-in', { username: 'mina', password })
  const recovered = w.withCookie(cookie(again, 'annals'))
  expect((await recovered.tell('auth.second-factor', { recoveryCode: recoveryCodes[0] })).status).toBe(200)
  const renewed = await mina.tell('auth.renew-recovery-codes')
  for (const recovery of renewed.body.recoveryCodes ?? [])
    handed('a renewed recovery code', recovery, 'auth.renew-recovery-codes')
}

export async function links(w: World) {
  const invited = await w.as('ada').tell('person.invite', {
    ...{ username: 'otto', name: 'Otto', role: 'member', email: 'otto@example.com' },
  })
  const secretOf = (link: string) => link.split('#')[1]!.replace(/^.*=/, '')
  const invitation = handed('an invitation', secretOf(invited.body.link), 'person.invite')
  const reset = await w.as('ada').tell('person.reset-link', { id: people.juno.id })
  const resetting = handed('a reset link', secretOf(reset.body.link), 'person.reset-link')
  const chosen = sent('a password chosen by a link', { isGuessable: true })
  for (const secret of [invitation, resetting]) {
    await w.anonymous.tell('auth.open-link', { secret })
    expect((await w.anonymous.tell('auth.accept-link', { secret, password: 'short' })).status).not.toBe(200)
    expect((await w.anonymous.tell('auth.accept-link', { secret, password: chosen })).status).toBe(200)
    await w.anonymous.tell('auth.open-link', { secret })
  }
  await w.anonymous.tell('auth.open-link', { secret: sent('a link that never was') })
}

export async function tokens(w: World) {
  const rules = { scopes: ['command:*'], commands: ['uptime'], servers: ['*'] }
  const { id, secret } = (await w.as('theo').tell('token.create', { name: 'a program', ...rules })).body
  handed('a token', secret, 'token.create')
  await w.withToken(secret).ask('command.list')
  await w.withToken(secret).tell('command.submit', { serverIds: [servers.sea.id], line: 'uptime -p' })
  await w.as('theo').tell('token.create', { name: 'x', secret, [secret]: secret })
  await w.as('theo').ask('token.read', { id: secret })
  const rotated = (await w.as('theo').tell('token.rotate', { id })).body.secret
  handed('a rotated token', rotated, 'token.rotate')
  await w.withToken(secret).ask('command.list')
  await w.as('theo').tell('token.disable', { id })
  await w.withToken(rotated).ask('command.list')
  await w.withToken(`${rotated.slice(0, -1)}!`).ask('command.list')
  await w.anonymous.ask('command.list', {}, { authorization: `Basic ${sent('Basic credentials')}` })
  await w.anonymous.ask('command.list', {}, { authorization: `Bearer ${sent('a bearer of somebody else')}` })
  await w.anonymous.ask(
    'command.list',
    {},
    { cookie: `annals=${sent('a cookie')}; other=${sent('their cookie')}` },
  )
}

export async function machines(w: World) {
  const { token, command } = (await w.as('ada').tell('server-token.create', { name: 'new machines' })).body
  handed('a registration token', token, 'server-token.create')
  handed('the command of a registration', command, 'server-token.create')
  await w.anonymous.tell('agent.enrol', {
    ...{ token, name: 'x', signingKey: sent('a key that is none'), sealingKey: 'y', agentVersion: '1' },
  })
  await w.anonymous.tell('agent.enrol', { token: sent('a registration token that is none') })
  const machine = await machineIn(w, 'real-1', [teams.sea.id])
  const agent = await agentOn(w, machine)
  const { body } = await w.as('ada').tell('command.submit', {
    ...{ serverIds: [machine.serverId], line: 'env' },
    env: { API_KEY: sent('the value of a variable') },
    stdin: sent('standard input'),
  })
  const order = await agent.order()
  await agent.accept(order.id)
  await agent.finish(order.id)
  await agent.leave()
  const lines = [
    (secret: string) => `mysql -u root -p${secret}`,
    (secret: string) => `curl https://me:${secret}@example.com/`,
    (secret: string) => `curl -H "Authorization: Bearer ${secret}" https://example.com/`,
    (secret: string) => `PGPASSWORD=${secret} psql`,
  ]
  for (const lineOf of lines) {
    const line = lineOf(sent(`a credential in ${lineOf('…')}`))
    const answer = await w.as('ada').tell('command.submit', { serverIds: [machine.serverId], line })
    expect(answer.body.code, line).toBe('command.inline_credential')
  }
  await w.as('ada').ask('command.download', { id: body.commands[0].id })
}

/** A file, which may be many lines of JSON and no JSON itself. */
export const take = (w: World, path: string) =>
  w.app.inject({ method: 'GET', url: `/api/${path}`, headers: { cookie: `annals=${w.cookies.ada}` } })

export async function terminals(w: World) {
  const sides = await tellBothSides(w)
  const shared = sent('the password of a share', { isGuessable: true })
  const { body } = await w.as('theo').tell('terminal.share', {
    ...{ id: sides.sea.liveTerminal, minutes: 30, password: shared },
  })
  const secret = handed(
    'the secret of a share',
    body.link.split('#')[1].replace(/^.*=/, ''),
    'terminal.share',
  )
  const wrong = sent('a wrong password of a share', { isGuessable: true })
  await w.anonymous.tell('terminal.join', { secret, password: wrong, name: 'A Guest' })
  const joined = await w.anonymous.tell('terminal.join', { secret, password: shared, name: 'A Guest' })
  handed('what proves a guest', joined.body.guest, 'terminal.join', 'terminal.rejoin')
  handed('a ticket', joined.body.ticket, 'terminal.join')
  const again = await w.anonymous.tell('terminal.rejoin', { guest: joined.body.guest })
  if (again.status === 200) handed('another ticket', again.body.ticket, 'terminal.rejoin')
  await w.anonymous.tell('terminal.join', { secret: sent('a share that is none'), name: 'A Guest' })
  await w.as('theo').ask('recording.export', { id: sides.sea.terminal, format: 'text' })
  await take(w, `recording.export?id=${sides.sea.terminal}&format=evidence`)
}

export async function singleSignOn(w: World) {
  await using provider = await startIdentityProvider({ redirectUri })
  sent('the secret of the client', { text: provider.clientSecret })
  provider.set({
    ...{ sub: 'pia', amr: ['pwd', 'otp'] },
    claims: { preferred_username: 'pia', name: 'Pia', email: 'pia@example.com', email_verified: true },
  })
  await setUp(w, provider)
  const entered = await visit(w, 'pia')
  expect(entered.session?.value).toBeTruthy()
  handed('a session by single sign-on', entered.session?.value, 'auth.single-sign-on-callback')
  handed('an attempt', entered.attempt, 'auth.single-sign-on')
  for (const given of provider.given) sent('what a provider gave', { text: given })
  const { code, state } = entered.parameters as Record<string, string>
  sent('a code of a provider', { text: code! })
  handed('a state', state, 'auth.single-sign-on')
  await w.anonymous.ask('auth.single-sign-on-callback', { code, state })
  await w.anonymous.ask('auth.single-sign-on-callback', {
    ...{ code: sent('a code from nowhere'), state: sent('a state from nowhere') },
  })
  await w.anonymous.ask('auth.single-sign-on-callback', { error: sent('an error from nowhere') })
  await w.as('ada').tell('single-sign-on.update', { clientSecret: sent('another secret of the client') })
  await visit(w, 'pia').catch(() => {})
  await w.as('ada').tell('single-sign-on.test', {})
  await provider.goDown()
  await w.anonymous.ask('auth.single-sign-on')
}

const cookie = (answer: { cookies: unknown }, name: string) =>
  (answer.cookies as { name: string; value: string }[]).find((each) => each.name === name)?.value
