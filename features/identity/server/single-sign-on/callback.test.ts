import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { world } from '../../../../seed/world.ts'
import { providerBrowser, startIdentityProvider } from '../../../../test/identity-provider.ts'
import { startHostileProvider } from './hostile-provider.fixture.ts'
import { expired, failed, hostileForFile, hostileVisit, secret, whys } from './hostile-visit.fixture.ts'
import { begin, comeBack, cookieOf, redirectUri, setUp, type World } from './visit.fixture.ts'

const given = hostileForFile()
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

describe('what comes back', () => {
  test('is led on to an address without code and state, which stay out of history, log and record', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const { answer, parameters } = await hostileVisit(w, given.hostile)
    expect(answer.status).toBe(303)
    expect(answer.headers).toMatchObject({ location: '/', 'cache-control': 'no-store' })
    const kept = JSON.stringify(await w.recorded())
    for (const planted of [parameters.code, parameters.state, secret, 'an-access-token-of-a-test'])
      expect(kept).not.toContain(planted)
  })

  test('counts once: the same address, or another code with the same state, is refused and asks nobody', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const { parameters, attempt } = await hostileVisit(w, given.hostile)
    const asked = given.hostile.requests.length
    for (const again of [parameters, { ...parameters, code: 'another' }]) {
      const answer = await comeBack(w, again, attempt)
      expect(answer.headers['location']).toBe(expired)
      expect(cookieOf(answer, 'annals')).toBeUndefined()
    }
    expect(given.hostile.requests.length).toBe(asked)
    expect((await whys(w)).map(([why]) => why)).toEqual(['state used already', 'state used already'])
  })

  test('counts once also when it comes twice at the same time', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const { to, attempt } = await begin(w)
    const parameters = given.hostile.authorize(to)
    const answers = await Promise.all([comeBack(w, parameters, attempt), comeBack(w, parameters, attempt)])
    expect(answers.map(({ headers }) => headers['location']).sort()).toEqual(['/', expired])
  })

  test('after a failure cannot be tried again with another code', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    given.hostile.be({ claims: { nonce: 'another' } })
    const { parameters, attempt, to } = await hostileVisit(w, given.hostile)
    expect(to).toBe(failed)
    given.hostile.be({})
    expect((await comeBack(w, parameters, attempt)).headers['location']).toBe(expired)
  })

  test('to a browser that began nothing, or began something else, opens nothing', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const mine = await begin(w)
    const theirs = await begin(w)
    const forced = given.hostile.authorize(theirs.to)
    for (const cookie of [undefined, '', 'x', mine.attempt, `${theirs.attempt!.slice(0, -4)}AAAA`])
      expect((await comeBack(w, forced, cookie)).headers['location'], cookie).toBe(expired)
    expect((await comeBack(w, { code: 'x' }, mine.attempt)).headers['location']).toBe(expired)
    // Whoever is sent a foreign address has not lost their own attempt by it.
    expect((await comeBack(w, given.hostile.authorize(mine.to), mine.attempt)).headers['location']).toBe('/')
  })

  test('after more than ten minutes is refused', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const { to, attempt } = await begin(w)
    w.pass(601)
    expect((await comeBack(w, given.hostile.authorize(to), attempt)).headers['location']).toBe(expired)
    expect((await whys(w))[0]![0]).toBe('begun too long ago')
  })

  test('from another provider than the one it was sent to is refused', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    for (const iss of ['https://other.example', undefined])
      expect((await hostileVisit(w, given.hostile, { iss })).to).toBe(failed)
    const { to, attempt } = await begin(w)
    const parameters = given.hostile.authorize(to)
    await using other = await startHostileProvider(secret)
    await setUp(w, other)
    expect((await comeBack(w, parameters, attempt)).headers['location']).toBe(expired)
  })

  test('as a refusal lands on the sign-in page; the provider’s own words go nowhere', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const said = { code: undefined, error: 'access_denied', error_description: 'planted words' }
    expect((await hostileVisit(w, given.hostile, said)).to).toBe(
      '/sign-in?refused=auth.single_sign_on_cancelled',
    )
    expect((await hostileVisit(w, given.hostile, { ...said, error: '<b>planted words</b>' })).to).toBe(failed)
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
      await setUp(w, given.hostile)
      expect((await hostileVisit(w, given.hostile, change)).to).toBe('/sign-in?refused=request.invalid')
    },
  )

  test('is not carried out by HEAD, nor by a post', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const { to, attempt } = await begin(w)
    const query = given.hostile.authorize(to)
    for (const method of ['HEAD', 'POST'] as const) {
      const answer = await w.app.inject({
        method,
        url: '/api/auth.single-sign-on-callback',
        query,
        headers: { cookie: `annals-attempt=${attempt}` },
      })
      expect(answer.statusCode, method).toBe(405)
    }
    expect((await comeBack(w, query, attempt)).headers['location']).toBe('/')
  })
})

test('whoever fails again and again waits for the next minute, and fills neither record nor provider', async () => {
  await using w = await world()
  await setUp(w, given.hostile)
  const { to, attempt } = await begin(w)
  const honest = given.hostile.authorize(to)
  for (let n = 0; n < 40; n++) await comeBack(w, { ...honest, state: 'x' }, attempt)
  const asked = given.hostile.requests.length
  const busy = '/sign-in?refused=auth.single_sign_on_busy'
  expect((await comeBack(w, honest, attempt)).headers['location']).toBe(busy)
  expect((await begin(w)).to).toBe(busy)
  expect(given.hostile.requests.length).toBe(asked)
  expect(await whys(w)).toHaveLength(30)
  w.pass(60)
  expect((await comeBack(w, honest, attempt)).headers['location']).toBe('/')
})

test('nobody is led to another site afterwards', async () => {
  await using w = await world()
  await setUp(w, given.hostile)
  for (const to of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/%0a//x',
    '/api/auth.sign-out',
  ]) {
    const started = await begin(w, { to })
    const answer = await comeBack(w, given.hostile.authorize(started.to), started.attempt)
    expect(new URL(answer.headers['location'] as string, 'http://annals.test').origin, to).toBe(
      'http://annals.test',
    )
    expect(answer.headers['location']).not.toMatch(/^\/api/)
  }
})

test('what a start hands the browser is sealed, and of one attempt only', async () => {
  await using w = await world()
  await setUp(w, given.hostile)
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
