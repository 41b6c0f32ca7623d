import { generateKeyPairSync } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startOfStory, world } from '../../../../seed/world.ts'
import { providerBrowser, startIdentityProvider } from '../../../../test/identity-provider.ts'
import { byKey, bySecret, type Mischief, startHostileProvider } from './hostile-provider.fixture.ts'
import { begin, comeBack, cookieOf, redirectUri, setUp, visit, type World } from './visit.fixture.ts'

const secret = 'the client secret of a hostile test'
let hostile: Awaited<ReturnType<typeof startHostileProvider>>
beforeAll(async () => {
  hostile = await startHostileProvider(secret)
})
beforeEach(() => hostile.be({}))
afterAll(() => hostile[Symbol.asyncDispose]())

const expired = '/sign-in?refused=auth.single_sign_on_expired'
const failed = '/sign-in?refused=auth.single_sign_on_failed'
const unreachable = '/sign-in?refused=auth.single_sign_on_unreachable'
const whys = async (w: World) =>
  (await w.recorded()).flatMap(({ kind, data }) =>
    kind === 'auth.single-sign-on-failed' ? [[data['why'], data['detail']]] : [],
  )
const everyRow = async (w: World) => {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(w.db)
  const texts = await Promise.all(
    tables.map(({ name }) =>
      sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(w.db),
    ),
  )
  return texts.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n')
}
const people = async (w: World) => (await w.db.selectFrom('person').select('id').execute()).length

/** A visit to the hostile provider. @param change what of the way back a test forges */
async function hostileVisit(w: World, change: object = {}) {
  const { to, attempt } = await begin(w)
  const parameters = { ...hostile.authorize(to), ...change }
  const answer = await comeBack(w, parameters, attempt)
  return { answer, to: answer.headers['location'], parameters, attempt, session: cookieOf(answer, 'annals') }
}

describe('what comes back', () => {
  test('is led on to an address without code and state, which stay out of history, log and record', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const { answer, parameters } = await hostileVisit(w)
    expect(answer.status).toBe(303)
    expect(answer.headers).toMatchObject({ location: '/', 'cache-control': 'no-store' })
    const kept = JSON.stringify(await w.recorded())
    for (const planted of [parameters.code, parameters.state, secret, 'an-access-token-of-a-test'])
      expect(kept).not.toContain(planted)
  })

  test('counts once: the same address, or another code with the same state, is refused and asks nobody', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const { parameters, attempt } = await hostileVisit(w)
    const asked = hostile.requests.length
    for (const again of [parameters, { ...parameters, code: 'another' }]) {
      const answer = await comeBack(w, again, attempt)
      expect(answer.headers['location']).toBe(expired)
      expect(cookieOf(answer, 'annals')).toBeUndefined()
    }
    expect(hostile.requests.length).toBe(asked)
    expect((await whys(w)).map(([why]) => why)).toEqual(['state used already', 'state used already'])
  })

  test('counts once also when it comes twice at the same time', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const { to, attempt } = await begin(w)
    const parameters = hostile.authorize(to)
    const answers = await Promise.all([comeBack(w, parameters, attempt), comeBack(w, parameters, attempt)])
    expect(answers.map(({ headers }) => headers['location']).sort()).toEqual(['/', expired])
  })

  test('after a failure cannot be tried again with another code', async () => {
    await using w = await world()
    await setUp(w, hostile)
    hostile.be({ claims: { nonce: 'another' } })
    const { parameters, attempt, to } = await hostileVisit(w)
    expect(to).toBe(failed)
    hostile.be({})
    expect((await comeBack(w, parameters, attempt)).headers['location']).toBe(expired)
  })

  test('to a browser that began nothing, or began something else, opens nothing', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const mine = await begin(w)
    const theirs = await begin(w)
    const forced = hostile.authorize(theirs.to)
    for (const cookie of [undefined, '', 'x', mine.attempt, `${theirs.attempt!.slice(0, -4)}AAAA`])
      expect((await comeBack(w, forced, cookie)).headers['location'], cookie).toBe(expired)
    expect((await comeBack(w, { code: 'x' }, mine.attempt)).headers['location']).toBe(expired)
    // Whoever is sent a foreign address has not lost their own attempt by it.
    expect((await comeBack(w, hostile.authorize(mine.to), mine.attempt)).headers['location']).toBe('/')
  })

  test('after more than ten minutes is refused', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const { to, attempt } = await begin(w)
    w.pass(601)
    expect((await comeBack(w, hostile.authorize(to), attempt)).headers['location']).toBe(expired)
    expect((await whys(w))[0]![0]).toBe('begun too long ago')
  })

  test('from another provider than the one it was sent to is refused', async () => {
    await using w = await world()
    await setUp(w, hostile)
    for (const iss of ['https://other.example', undefined])
      expect((await hostileVisit(w, { iss })).to).toBe(failed)
    const { to, attempt } = await begin(w)
    const parameters = hostile.authorize(to)
    await using other = await startHostileProvider(secret)
    await setUp(w, other)
    expect((await comeBack(w, parameters, attempt)).headers['location']).toBe(expired)
  })

  test('as a refusal lands on the sign-in page; the provider’s own words go nowhere', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const said = { code: undefined, error: 'access_denied', error_description: 'planted words' }
    expect((await hostileVisit(w, said)).to).toBe('/sign-in?refused=auth.single_sign_on_cancelled')
    expect((await hostileVisit(w, { ...said, error: '<b>planted words</b>' })).to).toBe(failed)
    expect(JSON.stringify(await w.recorded())).not.toContain('planted words')
    expect(await whys(w)).toEqual([
      ['provider refused', 'access_denied'],
      ['provider refused', 'an error without a code'],
    ])
  })

  test.each([{ code: 'x'.repeat(4001) }, { state: 'x'.repeat(4001) }, { code: ['a', 'b'] }])(
    'and cannot be read lands there as well',
    async (change) => {
      await using w = await world()
      await setUp(w, hostile)
      expect((await hostileVisit(w, change)).to).toBe('/sign-in?refused=request.invalid')
    },
  )

  test('is not carried out by HEAD, nor by a post', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const { to, attempt } = await begin(w)
    const query = hostile.authorize(to)
    for (const method of ['HEAD', 'POST'] as const) {
      const answer = await w.app.inject({
        method,
        url: '/api/auth.single-sign-on-callback',
        query,
        headers: { cookie: `annals-attempt=${attempt}` },
      })
      expect(answer.statusCode, method).toBe(404)
    }
    expect((await comeBack(w, query, attempt)).headers['location']).toBe('/')
  })
})

describe('an ID token', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const longAgo = Math.floor(startOfStory.getTime() / 1000) - 3600
  const lies: [string, (publicPem: string) => Mischief][] = [
    ['without a signature', () => ({ header: { alg: 'none' }, sign: () => '' })],
    ['signed with the client secret', () => ({ header: { alg: 'HS256' }, sign: bySecret(secret) })],
    ['signed with the public key as a secret', (pem) => ({ header: { alg: 'HS256' }, sign: bySecret(pem) })],
    ['signed by another key', () => ({ sign: byKey(other) })],
    ['signed by a key it does not show', () => ({ header: { kid: 'two' }, sign: byKey(other) })],
    ['with a key of its own inside', () => ({ header: { jwk: {}, kid: 'x' }, sign: byKey(other) })],
    ['with extensions nobody understands', () => ({ header: { crit: ['x'], x: 1 } })],
    ['of another issuer', () => ({ claims: { iss: 'https://other.example' } })],
    ['for another client', () => ({ claims: { aud: 'someone-else' } })],
    ['for several, by another', () => ({ claims: { aud: ['annals', 'other'], azp: 'other' } })],
    ['that has expired', () => ({ claims: { exp: longAgo } })],
    ['that never expires', () => ({ claims: { exp: undefined } })],
    ['with another nonce', () => ({ claims: { nonce: 'another' } })],
    ['without a nonce', () => ({ claims: { nonce: undefined } })],
    ['about nobody', () => ({ claims: { sub: undefined } })],
    ['about a name no database takes', () => ({ claims: { sub: 'a\0b' } })],
    ['about a very long name', () => ({ claims: { sub: 'x'.repeat(256) } })],
    ['that is none', () => ({ idToken: 'a.b.c' })],
    ['that is empty', () => ({ idToken: '' })],
    ['encrypted to nobody', () => ({ idToken: 'a.b.c.d.e' })],
    ['about another than userinfo is', () => ({ userInfo: { sub: 'mallory' } })],
  ]
  test.each(lies)('%s lets nobody in', async (_name, lie) => {
    await using w = await world()
    await setUp(w, hostile)
    const before = await people(w)
    hostile.be(lie(hostile.publicKey.export({ type: 'spki', format: 'pem' }) as string))
    const { to, session } = await hostileVisit(w)
    expect({ to, session }).toEqual({ to: failed, session: undefined })
    expect(await people(w)).toBe(before)
    expect(await whys(w)).toHaveLength(1)
  })

  test('counts up to a minute of difference between the clocks', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const clock = Math.floor(w.now().getTime() / 1000)
    hostile.be({ claims: { exp: clock - 50, iat: clock + 50 } })
    expect((await hostileVisit(w)).to).toBe('/')
    hostile.be({ claims: { exp: clock - 70 } })
    expect((await hostileVisit(w)).to).toBe(failed)
  })

  test('signed by a key the provider changed to a moment ago counts at once', async () => {
    await using provider = await startIdentityProvider({ redirectUri })
    provider.set({ sub: 'nina-1', claims: { preferred_username: 'nina' } })
    await using w = await world()
    await setUp(w, provider)
    expect((await visit(w, 'nina-1')).to).toBe('/')
    provider.rotateKeys()
    expect((await visit(w, 'nina-1')).to).toBe('/')
  })
})

describe('a provider', () => {
  const json = { 'content-type': 'application/json' }
  const at = (path: string, answer: NonNullable<Mischief['answer']>): Mischief => ({
    answer: (asked, response) => asked === path && answer(asked, response),
  })
  const endlessly: NonNullable<Mischief['answer']> = (_path, response) => {
    response.writeHead(200, json)
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(64 * 1024))) {}
      if (!response.destroyed) response.once('drain', more)
    }
    more()
    return true
  }
  const answers: [string, Mischief, string][] = [
    ['talks without end at the token endpoint', at('/token', endlessly), failed],
    ['talks without end about its keys', at('/keys', endlessly), failed],
    ['talks without end about somebody', at('/me', endlessly), failed],
    [
      'answers as a page',
      at('/token', (_path, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
        return true
      }),
      failed,
    ],
    [
      'sends the server elsewhere',
      at('/token', (_path, response) => {
        response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()
        return true
      }),
      failed,
    ],
    [
      'hangs up',
      at('/token', (_path, response) => {
        response.destroy()
        return true
      }),
      unreachable,
    ],
    [
      'is out of order',
      at('/token', (_path, response) => {
        response.writeHead(503).end()
        return true
      }),
      unreachable,
    ],
    [
      'shows no keys',
      at('/keys', (_path, response) => {
        response.writeHead(200, json).end('{"keys":[]}')
        return true
      }),
      failed,
    ],
    [
      'answers with a prototype',
      at('/me', (_path, response) => {
        response.writeHead(200, json).end('{"sub":"nina-1","__proto__":{"groups":["x"]},"constructor":1}')
        return true
      }),
      '/',
    ],
  ]
  test.each(answers)('that %s costs one sign-in', async (_name, mischief, landing) => {
    await using w = await world()
    await setUp(w, hostile)
    const { to, attempt } = await begin(w)
    hostile.be(mischief)
    const answer = await comeBack(w, hostile.authorize(to), attempt)
    expect(answer.headers['location']).toBe(landing)
    expect(await whys(w)).toHaveLength(landing === '/' ? 0 : 1)
  })

  test.each<[string, object]>([
    ['calls itself by another name', { issuer: 'https://other.example' }],
    ['has its tokens elsewhere without https', { token_endpoint: 'http://192.0.2.1/token' }],
    ['sends browsers to no address', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has no keys', { jwks_uri: undefined }],
    ['signs by shared secrets only', { id_token_signing_alg_values_supported: ['HS256', 'none'] }],
  ])('that %s is not used, and the browser is sent nowhere', async (_name, metadata) => {
    await using w = await world()
    await setUp(w, hostile)
    hostile.be({ metadata: metadata as Record<string, unknown> })
    const { to, attempt } = await begin(w)
    expect({ to, attempt }).toEqual({ to: failed, attempt: undefined })
  })

  test('that is down is said, recorded, and asked again as soon as it is back', async () => {
    await using provider = await startIdentityProvider({ redirectUri })
    provider.set({ sub: 'nina-1', claims: { preferred_username: 'nina' } })
    await using w = await world()
    await setUp(w, provider)
    await provider.goDown()
    expect((await begin(w)).to).toBe(unreachable)
    expect(await whys(w)).toEqual([['provider unreachable', 'ECONNREFUSED']])
    await provider.comeUp()
    expect((await visit(w, 'nina-1')).to).toBe('/')
  })

  test('that was to make sure anew and did not, is not believed', async () => {
    await using w = await world()
    await setUp(w, hostile)
    const again = async () => {
      const { to, attempt } = await begin(w, { again: 'true' })
      const asked = new URL(to).searchParams
      const answer = await comeBack(w, hostile.authorize(to), attempt)
      return [asked.get('prompt'), asked.get('max_age'), answer.headers['location']]
    }
    const clock = Math.floor(w.now().getTime() / 1000)
    hostile.be({ claims: { auth_time: clock - 10 } })
    expect(await again()).toEqual(['login', '0', '/'])
    for (const auth_time of [clock - 600, undefined, 'now']) {
      hostile.be({ claims: { auth_time } })
      expect((await again())[2], String(auth_time)).toBe(failed)
    }
  })

  test('that knew somebody from before proves them as of then, and steps up nobody', async () => {
    await using w = await world()
    await setUp(w, hostile, { rolesClaim: 'role', roles: [{ value: 'boss', role: 'admin' }] })
    const clock = Math.floor(w.now().getTime() / 1000)
    const mayTest = async (auth_time: number | undefined) => {
      hostile.be({ claims: { auth_time, role: 'boss' } })
      const { session } = await hostileVisit(w)
      return (await w.withCookie(session!.value).tell('single-sign-on.test')).status
    }
    expect(await mayTest(clock - 60)).toBe(200)
    expect(await mayTest(clock - 3600)).toBe(403)
    expect(await mayTest(undefined)).toBe(403)
    expect(await mayTest(clock + 3600)).toBe(200)
  })
})

test('whoever fails again and again waits for the next minute, and fills neither record nor provider', async () => {
  await using w = await world()
  await setUp(w, hostile)
  const { to, attempt } = await begin(w)
  const honest = hostile.authorize(to)
  for (let n = 0; n < 40; n++) await comeBack(w, { ...honest, state: 'x' }, attempt)
  const asked = hostile.requests.length
  const busy = '/sign-in?refused=auth.single_sign_on_busy'
  expect((await comeBack(w, honest, attempt)).headers['location']).toBe(busy)
  expect((await begin(w)).to).toBe(busy)
  expect(hostile.requests.length).toBe(asked)
  expect(await whys(w)).toHaveLength(30)
  w.pass(60)
  expect((await comeBack(w, honest, attempt)).headers['location']).toBe('/')
})

test('nobody is led to another site afterwards', async () => {
  await using w = await world()
  await setUp(w, hostile)
  for (const to of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/%0a//x',
    '/api/auth.sign-out',
  ]) {
    const started = await begin(w, { to })
    const answer = await comeBack(w, hostile.authorize(started.to), started.attempt)
    expect(new URL(answer.headers['location'] as string, 'http://annals.test').origin, to).toBe(
      'http://annals.test',
    )
    expect(answer.headers['location']).not.toMatch(/^\/api/)
  }
})

test('what a start hands the browser is sealed, and of one attempt only', async () => {
  await using w = await world()
  await setUp(w, hostile)
  const { answer, to, attempt } = await begin(w, { to: '/commands' })
  const { searchParams } = new URL(to)
  expect(cookieOf(answer, 'annals-attempt')).toMatchObject({
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: 600,
  })
  expect(Object.fromEntries(searchParams)).toMatchObject({
    ...{
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: redirectUri,
      client_id: 'annals',
    },
    scope: 'openid profile email',
  })
  const plain = Buffer.from(attempt!, 'base64url').toString('latin1')
  for (const part of ['commands', searchParams.get('state')!, searchParams.get('nonce')!]) {
    expect(plain).not.toContain(part)
    expect(attempt).not.toContain(part)
  }
  const other = new URL((await begin(w)).to).searchParams
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(searchParams.get(name)!.length).toBeGreaterThanOrEqual(43)
    expect(other.get(name)).not.toBe(searchParams.get(name))
  }
})

test('no token, code or secret of a real sign-in is anywhere in the database', async () => {
  await using provider = await startIdentityProvider({ redirectUri })
  provider.set({ sub: 'nina-1', claims: { preferred_username: 'nina' } })
  await using w = await world()
  await setUp(w, provider)
  const { to, attempt } = await begin(w)
  const parameters = await providerBrowser().signIn(to, 'nina-1')
  await comeBack(w, parameters, attempt)
  expect(provider.given.length).toBeGreaterThanOrEqual(2)
  const planted = [
    ...provider.given,
    ...Object.values(parameters).filter((value) => value !== provider.issuer),
    secret,
    provider.clientSecret,
    attempt!,
  ]
  const rows = await everyRow(w)
  expect(rows).toContain('nina')
  for (const value of planted) expect(rows.includes(value), value.slice(0, 12)).toBe(false)
})
