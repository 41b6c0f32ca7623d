import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { contracts } from '../apps/server/contract.ts'
import type { Endpoint } from '../base/common/api.ts'
import { openLog } from '../base/server/log.ts'
import { openMail } from '../base/server/mail/mail.ts'
import { setUp, visit } from '../features/identity/server/single-sign-on/visit.fixture.ts'
import { agentOn, machineIn } from '../seed/agent.ts'
import { servers } from '../seed/machines.ts'
import { password, people, teams } from '../seed/story.ts'
import { world } from '../seed/world.ts'
import { tellBothSides } from './access/sides.ts'
import { startIdentityProvider } from './identity-provider.ts'
import { disguises, hunt, type Place, plant, type Secret } from './secrets/hunt.ts'
import { filesOf, tablesOf } from './secrets/places.ts'

const endpoints: Record<string, Endpoint> = Object.assign({}, ...contracts.map(({ api }) => api))

const redirectUri = 'http://127.0.0.1:7300/api/auth.single-sign-on-callback'
const secrets: Secret[] = []
const answers: Place[] = []
let places: Place[] = []
const openedHere: (() => void | Promise<void>)[] = []

/** A secret that goes in. */
function sent(what: string, more: Partial<Secret> = {}): string {
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

type World = Awaited<ReturnType<typeof world>>

/** Everything that is answered is kept, to be looked through. */
function keepAnswers(w: World) {
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

async function passwords(w: World) {
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

async function factors(w: World) {
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

async function links(w: World) {
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

async function tokens(w: World) {
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

async function machines(w: World) {
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
const take = (w: World, path: string) =>
  w.app.inject({ method: 'GET', url: `/api/${path}`, headers: { cookie: `annals=${w.cookies.ada}` } })

async function terminals(w: World) {
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

async function singleSignOn(w: World) {
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

/** In the wrong place at every endpoint: in a field it does not know, in those it knows, in what is no JSON. */
async function wrongPlaces(w: World) {
  const callers = { admin: w.cookies.ada, nobody: undefined }
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (endpoint.kind === 'channel' || endpoint.kind === 'socket') continue
    if (['auth.sign-out', 'auth.end-other-sessions', 'auth.end-session'].includes(name)) continue
    const fields = 'shape' in endpoint.in ? Object.keys(endpoint.in.shape as object) : []
    w.pass(61)
    await w.db.updateTable('session').set({ seen_at: w.now(), confirmed_at: w.now() }).execute()
    for (const [who, cookieOf] of Object.entries(callers)) {
      const as = w.withCookie(cookieOf)
      const isCommand = endpoint.kind === 'command'
      const say = (input: object) => (isCommand ? as.tell(name, input) : as.ask(name, input))
      const unknown = sent(`a value of a field unknown to ${name}, as ${who}`)
      const field = sent(`the name of a field unknown to ${name}, as ${who}`)
      if ((await say({ [field]: 'x', unknown })).status < 400 && endpoint.kind !== 'redirect')
        throw new Error(`${name} took a field it does not know`)
      for (const each of who === 'admin' ? fields : []) {
        const text = plant()
        const { status } = await say({ [each]: text })
        const deep = plant()
        const answer = isCommand ? await say({ [each]: { [deep]: deep } }) : undefined
        if (status >= 400) sent(`a wrong value of ${each} of ${name}`, { text })
        if (answer && answer.status >= 400) sent(`an object for ${each} of ${name}`, { text: deep })
      }
      if (!isCommand || endpoint.upload) continue
      const bodies = [`{"password":"${sent('what is no JSON')}`, `"${sent('JSON that is a text')}"`]
      for (const payload of bodies)
        await w.app.inject({
          ...{ method: 'POST', url: `/api/${name}`, payload },
          headers: { ...(cookieOf && { cookie: `annals=${cookieOf}` }), 'content-type': 'application/json' },
        })
    }
  }
  const headers = Object.fromEntries(
    ['x-api-key', 'x-auth-token', 'x-request-id', 'x-forwarded-for', 'x-real-ip', 'forwarded', 'referer'].map(
      (name) => [name, sent(`the header ${name}`)],
    ),
  )
  await w.as('mina').tell('group.create', { name: 'x' }, headers)
  await w.as('mina').ask('command.list', {}, headers)
  const typed = ['GET', 'POST', 'DELETE'] as const
  for (const method of typed) {
    await w.app.inject({ method, url: `/api/${sent('an address that is no endpoint')}` })
    await w.app.inject({ method, url: `/${sent('an address')}?token=${sent('a query of it')}` })
    await w.app.inject({ method, url: `/api/auth.me?access_token=${sent('a token in an address')}` })
  }
  await w.app.inject({
    ...{ method: 'POST', url: '/api/auth.sign-in', payload: `password=${sent('a form')}` },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

async function sockets(w: World) {
  const { app, serving } = { app: w.app, serving: w.assembled.serving }
  if (!app.server.listening) await serving.listen('127.0.0.1', 0)
  const { port } = app.server.address() as { port: number }
  const origin = `http://127.0.0.1:${port}`
  const knock = (path: string, cookies: string) =>
    new Promise<WebSocket | undefined>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { origin, cookie: cookies } })
      socket.on('error', () => {})
      socket.once('open', () => resolve(socket))
      socket.once('unexpected-response', (_request, response) => {
        response.on('data', (bytes) => answers.push({ where: `an answer of ${path}`, text: String(bytes) }))
        response.on('end', () => resolve(undefined))
      })
    })
  const mina = `annals=${w.cookies.mina}`
  const id = people.ada.id
  await knock(
    `/api/live?token=${sent('a token in the address of a socket')}`,
    `annals=${sent('a cookie of a socket')}`,
  )
  await knock(`/api/terminal.attach?id=${id}&ticket=${sent('a ticket that is none')}`, mina)
  await knock(`/api/terminal.attach?id=${sent('an id that is none')}`, mina)
  await knock(`/api/${sent('a socket that is none')}`, mina)
  const live = (await knock('/api/live', mina))!
  const ends = (n: number) =>
    new Promise<void>((resolve) => {
      live.on('message', (data) => {
        answers.push({ where: 'a message of /api/live', text: String(data) })
        if (String(data).includes('"end"') && --n === 0) resolve()
      })
    })
  const ended = ends(2)
  const subscribe = (name: string, input: object) =>
    live.send(JSON.stringify({ type: 'subscribe', id: name.slice(0, 5), name, input }))
  subscribe(sent('a channel that is none'), {})
  subscribe('command.follow', { id: sent('an id of a channel'), [sent('a field of a channel')]: 1 })
  await ended
  const closed = new Promise((resolve) => live.once('close', resolve))
  live.send(`{"${sent('no message')}`)
  await closed
}

const cookie = (answer: { cookies: unknown }, name: string) =>
  (answer.cookies as { name: string; value: string }[]).find((each) => each.name === name)?.value

beforeAll(async () => {
  const logs = mkdtempSync(join(tmpdir(), 'annals-secrets-'))
  openedHere.push(() => rmSync(logs, { recursive: true, force: true }))
  const { log, flush, close } = openLog({ directory: logs, level: 'trace' })
  openedHere.push(close)
  const mail = openMail(
    `smtp://annals:${sent('the password of the mail server')}@127.0.0.1:9`,
    'a@example.com',
  )
  await using w = await world({ machines: true, log, mail })
  keepAnswers(w)
  // What a session is known by must be nowhere either.
  for (const [name, text] of Object.entries(w.cookies)) sent(`the session of ${name}`, { text })
  sent('the password of everybody', { text: password, isGuessable: true })
  await w.assembled.start()
  for (const flow of [
    passwords,
    factors,
    links,
    tokens,
    machines,
    terminals,
    singleSignOn,
    wrongPlaces,
    sockets,
  ])
    await flow(w)
  await w.followed()
  for (const name of ['journal.entries', 'activity.list', 'command.list', 'settings.read'])
    await w.as('olga').ask(name, {})
  await take(w, 'journal.bundle')
  await w.app.inject({ method: 'GET', url: '/metrics' })
  await w.app.inject({ method: 'GET', url: '/api/openapi.json' })
  await w.followed()
  flush()
  places = [...(await tablesOf(w)), ...filesOf(w.directory), ...filesOf(logs), ...answers]
})
afterAll(async () => {
  for (const close of openedHere.toReversed()) await close()
})

test.each(['the log', 'the tables', 'the journal', 'the answers', 'an export'])(
  'there is something to look through: %s',
  (what) => {
    const found = {
      'the log': places.filter(({ where }) => where === 'file server.log'),
      'the tables': places.filter(({ where }) => where === 'table activity'),
      'the journal': places.filter(({ where }) => where === 'table journal'),
      'the answers': answers,
      'an export': places.filter(({ where }) => where === 'an answer of journal.bundle'),
    }[what]!
    expect(found.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(1000)
  },
)

describe('no secret', () => {
  const kinds: [what: string, belongs: (place: Place) => boolean][] = [
    ['in a table', ({ where }) => where.startsWith('table')],
    ['in the log or another file', ({ where }) => where.startsWith('file')],
    ['in an answer but the one that hands it out', ({ where }) => where.startsWith('a')],
  ]
  test.each(kinds)('is %s', (_what, belongs) => {
    expect(hunt(secrets, places.filter(belongs)).slice(0, 30)).toEqual([])
  })
})

describe('the hunt finds a secret', () => {
  const secret = { what: 'a secret', text: plant(), isGuessable: true }
  test.each(disguises(secret).map((word, n) => [n, word] as const))('in disguise %i', (_n, word) => {
    expect(hunt([secret], [{ where: 'here', text: `before ${word} after` }])).toHaveLength(1)
  })

  test.each([0, 1, 2, 3, 4])('inside base64 of something longer, %i bytes in', (before) => {
    const text = Buffer.from(`${'a'.repeat(before)}${secret.text}zz`)
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(hunt([secret], [{ where: 'here', text: text.toString(encoding) }])).toHaveLength(1)
  })

  test('in every answer but the one that hands it out', () => {
    const known = { ...secret, handedBy: ['token.create'] }
    const place = (endpoint: string) => ({ where: 'here', text: secret.text, endpoint })
    expect(hunt([known], [place('token.create')])).toEqual([])
    expect(hunt([known], [place('token.list')])).toHaveLength(1)
  })
})
