import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { password } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import type { World } from './world-steps.fixture.ts'

const publicUrl = 'https://annals.example'
/** What pages of others send; the first is our own. */
const own = 'https://annals.example'
const foreign = [
  'https://evil.example',
  'null',
  'https://sub.annals.example',
  'https://annals.example.evil.example',
  'https://annals.example:8443',
  'http://annals.example',
  'https://annals.example/',
]

describe('a command', () => {
  const tell = (w: World, headers: object) =>
    w.anonymous.tell('auth.sign-in', { username: 'mina', password }, { host: 'annals.example', ...headers })

  test.each(foreign)('of a page at %s is refused, sets no cookie and opens no session', async (origin) => {
    await using w = await world({ settings: { publicUrl } })
    const answer = await tell(w, { origin })
    expect(answer).toMatchObject({ status: 403, body: { code: 'request.foreign_origin' }, cookies: [] })
    const { items } = (
      await w.as('mina').ask('auth.sessions', {}, { cookie: `__Host-annals=${w.cookies.mina}` })
    ).body
    expect(items).toHaveLength(1)
  })

  test.each(['cross-site', 'same-site'])(
    'without an Origin that a browser says is %s is refused',
    async (site) => {
      await using w = await world({ settings: { publicUrl } })
      expect((await tell(w, { 'sec-fetch-site': site })).status).toBe(403)
    },
  )

  test('of our own page, and of a program that sends no Origin, is taken', async () => {
    await using w = await world({ settings: { publicUrl } })
    expect((await tell(w, { origin: own, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await tell(w, {})).status).toBe(200)
  })

  test('sent by GET is told the method it takes, and so is a question sent by POST', async () => {
    await using w = await world()
    for (const [method, url, takes] of [
      ['GET', '/api/auth.sign-out?x=1', 'POST'],
      ['DELETE', '/api/auth.me', 'GET'],
      ['POST', '/api/auth.me', 'GET'],
    ] as const) {
      const answer = await w.app.inject({ method, url, headers: { cookie: `annals=${w.cookies.mina}` } })
      expect(answer.statusCode).toBe(405)
      expect(answer.headers.allow).toBe(takes)
      expect(answer.json().code).toBe('request.wrong_method')
    }
    expect((await w.app.inject({ method: 'POST', url: '/api/auth.mee' })).statusCode).toBe(404)
    expect((await w.as('mina').ask('auth.me')).status).toBe(200)
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'sent as a form (%s) is not even read',
    async (type) => {
      await using w = await world()
      const answer = await w.app.inject({
        method: 'POST',
        url: '/api/auth.sign-out',
        payload: '{}',
        headers: { cookie: `annals=${w.cookies.mina}`, 'content-type': type },
      })
      expect(answer.statusCode).toBe(415)
      expect((await w.as('mina').ask('auth.me')).status).toBe(200)
    },
  )
})

describe('the WebSocket', () => {
  /** The status an upgrade is answered with. */
  const upgrade = async (
    w: World,
    origin: string | undefined,
    cookie: string | undefined,
    path = '/api/live',
    more: Record<string, string> = {},
  ) => {
    const { app, serving } = { app: w.app, serving: w.assembled.serving }
    if (!app.server.listening) await serving.listen('127.0.0.1', 0)
    const { port } = app.server.address() as { port: number }
    return new Promise<number>((resolve, reject) => {
      const asked = request({
        ...{ host: '127.0.0.1', port, path },
        headers: {
          ...{ connection: 'Upgrade', upgrade: 'websocket', host: 'annals.example', ...more },
          ...(cookie !== undefined && { cookie }),
          ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
          ...(origin !== undefined && { origin }),
        },
      })
      asked.on('upgrade', (answer, socket) => {
        socket.destroy()
        resolve(answer.statusCode!)
      })
      asked.on('response', (answer) => resolve(answer.statusCode!))
      asked.on('error', reject)
      asked.end()
    })
  }

  test('opens for our own page only: not for others, a sub-domain, another port, null, or no Origin at all', async () => {
    await using w = await world({ settings: { publicUrl } })
    const cookie = `__Host-annals=${w.cookies.mina}`
    expect(await upgrade(w, own, cookie)).toBe(101)
    for (const origin of [...foreign, undefined])
      expect(await upgrade(w, origin, cookie), String(origin)).toBe(403)
    expect(await upgrade(w, own, 'annals=x')).toBe(401)
  })

  test('of a terminal is refused to the same pages, whether a cookie or a ticket comes along', async () => {
    await using w = await world({ settings: { publicUrl } })
    const path = '/api/terminal.attach?id=01900000-0000-7000-8000-00000000dead'
    const cookie = `__Host-annals=${w.cookies.mina}`
    expect(await upgrade(w, own, cookie, path)).toBe(404)
    for (const origin of [...foreign, undefined])
      expect(await upgrade(w, origin, cookie, path), String(origin)).toBe(403)
    for (const origin of foreign)
      expect(await upgrade(w, origin, undefined, `${path}&ticket=${'a'.repeat(43)}`), origin).toBe(403)
  })

  test('writes down the address it came from, whatever a header says', async () => {
    await using w = await world({ settings: { publicUrl } })
    const forged = { 'x-forwarded-for': '203.0.113.99', 'x-real-ip': '203.0.113.98' }
    await upgrade(w, 'https://evil.example', undefined, '/api/live', forged)
    await upgrade(w, own, undefined, '/api/terminal.attach', forged)
    const entries = JSON.stringify(await w.recorded())
    expect(entries).toContain('127.0.0.1')
    expect(entries).not.toContain('203.0.113.')
  })
})
