import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { startOfStory, world } from '../../../../seed/world.ts'
import { startIdentityProvider } from '../../../../test/identity-provider.ts'
import { byKey, bySecret, type Mischief } from './hostile-provider.fixture.ts'
import { failed, hostileForFile, hostileVisit, secret, unreachable, whys } from './hostile-visit.fixture.ts'
import { begin, comeBack, redirectUri, setUp, visit, type World } from './visit.fixture.ts'

const given = hostileForFile()
const people = async (w: World) => (await w.db.selectFrom('person').select('id').execute()).length

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
    await setUp(w, given.hostile)
    const before = await people(w)
    given.hostile.be(lie(given.hostile.publicKey.export({ type: 'spki', format: 'pem' }) as string))
    const { to, session } = await hostileVisit(w, given.hostile)
    expect({ to, session }).toEqual({ to: failed, session: undefined })
    expect(await people(w)).toBe(before)
    expect(await whys(w)).toHaveLength(1)
  })

  test('counts up to a minute of difference between the clocks', async () => {
    await using w = await world()
    await setUp(w, given.hostile)
    const clock = Math.floor(w.now().getTime() / 1000)
    given.hostile.be({ claims: { exp: clock - 50, iat: clock + 50 } })
    expect((await hostileVisit(w, given.hostile)).to).toBe('/')
    given.hostile.be({ claims: { exp: clock - 70 } })
    expect((await hostileVisit(w, given.hostile)).to).toBe(failed)
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
    await setUp(w, given.hostile)
    const { to, attempt } = await begin(w)
    given.hostile.be(mischief)
    const answer = await comeBack(w, given.hostile.authorize(to), attempt)
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
    await setUp(w, given.hostile)
    given.hostile.be({ metadata: metadata as Record<string, unknown> })
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
    await setUp(w, given.hostile)
    const again = async () => {
      const { to, attempt } = await begin(w, { again: 'true' })
      const asked = new URL(to).searchParams
      const answer = await comeBack(w, given.hostile.authorize(to), attempt)
      return [asked.get('prompt'), asked.get('max_age'), answer.headers['location']]
    }
    const clock = Math.floor(w.now().getTime() / 1000)
    given.hostile.be({ claims: { auth_time: clock - 10 } })
    expect(await again()).toEqual(['login', '0', '/'])
    for (const auth_time of [clock - 600, undefined, 'now']) {
      given.hostile.be({ claims: { auth_time } })
      expect((await again())[2], String(auth_time)).toBe(failed)
    }
  })

  test('that knew somebody from before proves them as of then, and steps up nobody', async () => {
    await using w = await world()
    await setUp(w, given.hostile, { rolesClaim: 'role', roles: [{ value: 'boss', role: 'admin' }] })
    const clock = Math.floor(w.now().getTime() / 1000)
    const mayTest = async (auth_time: number | undefined) => {
      given.hostile.be({ claims: { auth_time, role: 'boss' } })
      const { session } = await hostileVisit(w, given.hostile)
      return (await w.withCookie(session!.value).tell('single-sign-on.test')).status
    }
    expect(await mayTest(clock - 60)).toBe(200)
    expect(await mayTest(clock - 3600)).toBe(403)
    expect(await mayTest(undefined)).toBe(403)
    expect(await mayTest(clock + 3600)).toBe(200)
  })
})
