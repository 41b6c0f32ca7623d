import { describe, expect, test } from 'vitest'
import { password, people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { cookieIn, type World } from './world-steps.fixture.ts'

type Answer = Awaited<ReturnType<World['anonymous']['tell']>>
const told = ({ status, body }: Answer) => ({ status, code: body.code, message: body.message })
const attempt = (w: World, username: string, given: string, headers: object = {}) =>
  w.anonymous.tell('auth.sign-in', { username, password: given }, headers)
const from = (address: string) => ({ 'x-forwarded-for': address })
const proxied = { settings: { trustedProxies: ['127.0.0.1'] } }
const failTimes = async (w: World, times: number, username: string, headers: object = {}) => {
  for (let n = 0; n < times; n++) await attempt(w, username, 'wrong again', headers)
}

describe('the session', () => {
  test('is a new one at every sign-in; the one that came along ends, whoever planted it', async () => {
    await using w = await world()
    const planted = w.cookies.theo
    const answer = await w.withCookie(planted).tell('auth.sign-in', { username: 'mina', password })
    const fresh = cookieIn(answer)!.value
    expect(fresh).toMatch(/^[\w-]{43}$/)
    expect(fresh).not.toBe(planted)
    expect((await w.withCookie(planted).ask('auth.me')).status).toBe(401)
    expect((await w.withCookie(fresh).ask('auth.me')).body.username).toBe('mina')
    const made = await w
      .withCookie('a value of somebody else')
      .tell('auth.sign-in', { username: 'mina', password })
    expect(cookieIn(made)!.value).not.toBe('a value of somebody else')
    expect((await w.withCookie('a value of somebody else').ask('auth.me')).status).toBe(401)
  })

  test('over https has cookies that no sub-domain and no plain page can set or read', async () => {
    await using w = await world({ settings: { publicUrl: 'https://annals.example' } })
    const answer = await attempt(w, 'mina', password)
    const cookies = answer.headers['set-cookie'] as string[]
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['__Host-annals', '__Host-annals-device'])
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; Path=\/;.*HttpOnly; Secure; SameSite=Strict$/)
      expect(cookie).not.toContain('Domain')
    }
    const plain = cookies[0]!.split(';')[0]!
    const asked = (cookie: string) => w.anonymous.ask('auth.session', {}, { cookie })
    expect((await asked(plain)).body).toEqual({ signedIn: true })
    expect((await asked(plain.replace('__Host-', ''))).body).toEqual({ signedIn: false })
  })

  test('lives as long as the workspace says, also when that is said later', async () => {
    await using w = await world()
    await w.db.updateTable('workspace').set({ session_seconds: 3600, session_idle_seconds: 1800 }).execute()
    const answer = await attempt(w, 'mina', password)
    expect(cookieIn(answer)!.maxAge).toBe(3600)
    const mina = w.withCookie(cookieIn(answer)!.value)
    w.pass(1700)
    expect((await mina.ask('auth.me')).status).toBe(200)
    w.pass(1700)
    expect((await mina.ask('auth.me')).status).toBe(200)
    await w.db.updateTable('workspace').set({ session_seconds: 3000 }).execute()
    expect((await mina.ask('auth.me')).status).toBe(401)
  })

  test('is not given to whoever is suspended, removed or invited only; they are told what nobody is told', async () => {
    await using w = await world()
    const nobody = told(await attempt(w, 'nobody-here', password))
    for (const status of ['suspended', 'removed', 'invited'] as const) {
      await w.db.updateTable('person').set({ status }).where('id', '=', people.mina.id).execute()
      expect(told(await attempt(w, 'mina', password))).toEqual(nobody)
    }
    expect((await w.recorded()).at(-1)).toMatchObject({ data: { why: 'not an active person' } })
  })
})

describe('too many failures', () => {
  test('make a name wait wherever they come from, twice as long each time, existing or not, told alike', async () => {
    await using w = await world(proxied)
    const seen: Record<string, unknown[]> = {}
    for (const username of ['mina', 'nobody-here']) {
      for (let n = 0; n < 10; n++) await attempt(w, username, 'wrong again', from(`203.0.113.${n}`))
      const answers = [told(await attempt(w, username, password, from('203.0.113.50')))]
      for (const wait of [2, 4]) {
        w.pass(wait)
        answers.push(told(await attempt(w, username, 'wrong again', from('203.0.113.60'))))
        answers.push(told(await attempt(w, username, 'wrong again', from('203.0.113.61'))))
      }
      seen[username] = answers
    }
    expect(seen['mina']).toEqual(seen['nobody-here'])
    expect(seen['mina']!.map((answer) => (answer as { message: string }).message)).toEqual([
      'Too many attempts. Wait 2 s before the next one.',
      expect.stringMatching(/^That name and password do not match\./),
      'Too many attempts. Wait 4 s before the next one.',
      expect.stringMatching(/^That name and password do not match\./),
      'Too many attempts. Wait 8 s before the next one.',
    ])
    const locked = (await w.recorded()).filter(({ kind }) => kind === 'auth.locked-out')
    expect(locked.map(({ data }) => [data['username'], data['seconds']])).toEqual([
      ...[
        ['mina', 2],
        ['mina', 4],
        ['mina', 8],
      ],
      ...[2, 4, 8].map((seconds) => [null, seconds]),
    ])
  })

  test('of many names make an address wait, and no other', async () => {
    await using w = await world(proxied)
    for (let n = 0; n < 50; n++) await attempt(w, `guess-${n}`, 'wrong again', from('203.0.113.1'))
    expect((await attempt(w, 'mina', password, from('203.0.113.1'))).status).toBe(429)
    expect((await attempt(w, 'mina', password, from('203.0.113.2'))).status).toBe(200)
  })

  test('of one IPv6 customer count together, however many addresses they have', async () => {
    await using w = await world(proxied)
    for (let n = 0; n < 50; n++) await attempt(w, `guess-${n}`, 'wrong again', from(`2001:db8:1:2::${n + 1}`))
    expect((await attempt(w, 'mina', password, from('2001:db8:1:2:ffff::1'))).status).toBe(429)
    expect((await attempt(w, 'mina', password, from('2001:db8:1:3::1'))).status).toBe(200)
  })

  test('by others keep nobody out at the address they signed in from before', async () => {
    await using w = await world(proxied)
    expect((await attempt(w, 'mina', password, from('203.0.113.7'))).status).toBe(200)
    await failTimes(w, 12, 'mina', from('198.51.100.1'))
    expect((await attempt(w, 'mina', password, from('198.51.100.2'))).status).toBe(429)
    expect((await attempt(w, 'mina', password, from('203.0.113.7'))).status).toBe(200)
    // What is wrong there is told as everywhere.
    const known = told(await attempt(w, 'mina', 'wrong again', from('203.0.113.7')))
    expect(known).toEqual(told(await attempt(w, 'mina', 'wrong again', from('198.51.100.3'))))
  })

  test('by others keep nobody out of a browser they used before, wherever it is; but there, too, guessing waits', async () => {
    await using w = await world(proxied)
    const answer = await attempt(w, 'mina', password, from('203.0.113.7'))
    const device = { cookie: `annals-device=${cookieIn(answer, 'annals-device')!.value}` }
    await failTimes(w, 10, 'mina', from('198.51.100.1'))
    const elsewhere = { ...device, ...from('198.51.100.1') }
    expect((await attempt(w, 'mina', password, elsewhere)).status).toBe(200)
    expect((await attempt(w, 'theo', password, { ...device, ...from('198.51.100.9') })).status).toBe(200)
    await failTimes(w, 10, 'mina', elsewhere)
    expect((await attempt(w, 'mina', password, elsewhere)).status).toBe(429)
    const made = { cookie: `annals-device=${'A'.repeat(43)}`, ...from('198.51.100.4') }
    expect((await attempt(w, 'mina', password, made)).status).toBe(429)
  })

  test('are not taken back by a success elsewhere', async () => {
    await using w = await world(proxied)
    await attempt(w, 'mina', password, from('203.0.113.7'))
    await failTimes(w, 9, 'mina', from('198.51.100.1'))
    await failTimes(w, 3, 'mina', from('203.0.113.7'))
    // 12 in all: the name waits. Her own three are taken back, the nine of others stay.
    expect((await attempt(w, 'mina', password, from('203.0.113.7'))).status).toBe(200)
    await failTimes(w, 1, 'mina', from('198.51.100.1'))
    expect((await attempt(w, 'mina', password, from('198.51.100.1'))).status).toBe(429)
  })

  test('are forgotten in time, and as the workspace says', async () => {
    await using w = await world(proxied)
    await w.db.updateTable('workspace').set({ lock_out_failures: 3, lock_out_seconds_max: 60 }).execute()
    await failTimes(w, 3, 'mina', from('198.51.100.1'))
    expect((await attempt(w, 'mina', password, from('198.51.100.1'))).status).toBe(429)
    w.pass(3 * 3600)
    await failTimes(w, 2, 'mina', from('198.51.100.1'))
    expect((await attempt(w, 'mina', password, from('198.51.100.1'))).status).toBe(200)
  })

  test('that happen at the same time are all counted before a right guess among them counts', async () => {
    await using w = await world(proxied)
    const guesses = [...Array<string>(30).fill('wrong again'), password]
    const answers = await Promise.all(
      guesses.map((guess, n) => attempt(w, 'mina', guess, from(`203.0.113.${n}`))),
    )
    expect(answers.at(-1)!.status).toBe(429)
  })
})

describe('a flood of wrong passwords', () => {
  const kept = async (w: World, kind: string) => (await w.recorded()).filter((entry) => entry.kind === kind)

  test('leaves twenty entries of its address and, a minute later, one that counts the rest; nothing is left out', async () => {
    await using w = await world(proxied)
    await w.db.updateTable('workspace').set({ lock_out_failures: 100 }).execute()
    for (let n = 0; n < 23; n++)
      await attempt(w, n % 2 === 0 ? 'mina' : 'nobody-here', 'wrong', from('203.0.113.1'))
    expect(await kept(w, 'auth.sign-in-failed')).toHaveLength(20)
    expect(await kept(w, 'auth.sign-ins-failed')).toEqual([])
    w.pass(60)
    await attempt(w, 'mina', password, from('203.0.113.2'))
    expect(await kept(w, 'auth.sign-ins-failed')).toMatchObject([
      {
        actor: { kind: 'anonymous', name: 'several' },
        request: { action: 'auth.sign-in', status: 401, address: '' },
        data: {
          ...{ times: 3, lockOuts: 0, addresses: 1, people: 1 },
          addressesMost: [{ address: '203.0.113.1', times: 3 }],
          peopleMost: [{ username: 'mina', times: 2 }],
        },
      },
    ])
    await w.followed()
    const log = await w
      .as('ada')
      .ask('activity.list', { action: 'auth.sign-in', limit: 1, failedOnly: 'true' })
    expect(log.body.items).toMatchObject([
      {
        status: 401,
        times: 3,
        user: { kind: 'anonymous' },
        sentence: expect.stringMatching(/^3 more sign-ins/),
      },
    ])
  })

  test('is told to wait, and for how long, in words and in a header that programs know', async () => {
    await using w = await world(proxied)
    await failTimes(w, 10, 'mina', from('203.0.113.1'))
    const answer = await attempt(w, 'mina', password, from('203.0.113.1'))
    expect(answer).toMatchObject({ status: 429, body: { code: 'auth.too_many_attempts' } })
    expect(answer.headers['retry-after']).toBe('2')
  })
})

describe('where a request says it comes from', () => {
  const kept = async (w: World) =>
    JSON.stringify([await w.db.selectFrom('session').selectAll().execute(), await w.recorded()])

  test('is not believed of an address that is no trusted proxy, and reaches no row', async () => {
    await using w = await world()
    const headers = {
      'x-forwarded-for': '203.0.113.99',
      forwarded: 'for=203.0.113.98',
      'x-real-ip': '203.0.113.97',
    }
    await attempt(w, 'mina', 'wrong', headers)
    await attempt(w, 'mina', password, headers)
    expect(await kept(w)).not.toContain('203.0.113.')
  })

  test('is believed of a trusted proxy up to what that proxy wrote, and no further', async () => {
    await using w = await world(proxied)
    await attempt(w, 'mina', password, { 'x-forwarded-for': '203.0.113.99, 198.51.100.5, 127.0.0.1' })
    const text = await kept(w)
    expect(text).toContain('198.51.100.5')
    expect(text).not.toContain('203.0.113.99')
  })
})

test('what is typed as a name is kept nowhere, where it is the name of nobody', async () => {
  await using w = await world()
  await attempt(w, 'my-secret-passphrase', 'hunter2 hunter2')
  const rows = await w.db.selectFrom('sign_in_failure').selectAll().execute()
  expect(rows).toHaveLength(3)
  expect(rows.map(({ mark }) => mark.toString('latin1')).join()).not.toContain('secret')
  expect(JSON.stringify(await w.recorded())).not.toMatch(/my-secret|hunter2/)
})
