import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { type IdentityProvider, startIdentityProvider } from '../../../../test/identity-provider.ts'
import { redirectUri, setUp, visit, type World } from './visit.fixture.ts'

let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider({ redirectUri })
})
afterAll(() => provider[Symbol.asyncDispose]())

const set = (w: World, change: object) => w.as('ada').tell('single-sign-on.update', change)

describe('settings', () => {
  test('are changed by an administrator who proved lately who they are; others hear why not', async () => {
    await using w = await world()
    expect((await w.as('mina').ask('single-sign-on.read')).status).toBe(403)
    expect((await w.as('olga').ask('single-sign-on.read')).status).toBe(200)
    expect((await w.as('olga').tell('single-sign-on.update', { label: 'X' })).status).toBe(403)
    w.pass(901)
    expect(await set(w, { label: 'X' })).toMatchObject({ status: 403, body: { code: 'request.step_up_due' } })
  })

  test('are recorded field by field, before and after; of the secret only that it changed', async () => {
    await using w = await world()
    await setUp(w, provider)
    const secret = 'another secret altogether'
    await set(w, {
      ...{
        clientSecret: secret,
        groupsClaim: 'groups',
        groups: [{ value: 'sailors', groupId: teams.sea.id }],
      },
    })
    await set(w, { clientSecret: null, groups: [] })
    const [first, second, third] = (await w.recorded()).map(({ data }) => data)
    expect(first!['changed']).toMatchObject({
      enabled: { before: false, after: true },
      issuer: { before: '', after: provider.issuer },
      clientSecret: { before: 'none', after: 'replaced' },
    })
    expect(second).toMatchObject({
      changed: { clientSecret: { before: 'set', after: 'replaced' } },
      groups: { added: ['sailors → Sea'], addedCount: 1 },
    })
    expect(third).toMatchObject({
      changed: { clientSecret: { before: 'set', after: 'none' } },
      groups: { removed: ['sailors → Sea'], removedCount: 1 },
    })
    const { rows } = await w.journal.read
      .entries({ limit: 100 })
      .then(({ items }) => ({ rows: JSON.stringify(items) }))
    for (const value of [secret, provider.clientSecret]) expect(rows).not.toContain(value)
  })

  test('never show the secret, and keep it sealed', async () => {
    await using w = await world()
    await setUp(w, provider)
    const { body } = await w.as('ada').ask('single-sign-on.read')
    expect(body).toMatchObject({ hasClientSecret: true, callback: redirectUri })
    expect(JSON.stringify(body)).not.toContain(provider.clientSecret)
    const row = await w.db.selectFrom('single_sign_on').select('client_secret').executeTakeFirstOrThrow()
    expect(row.client_secret!.toString('latin1')).not.toContain(provider.clientSecret)
  })

  test('never send the secret of one provider to another', async () => {
    await using w = await world()
    await setUp(w, provider)
    const other = 'https://evil.example'
    expect(await set(w, { issuer: other })).toMatchObject({ body: { code: 'single-sign-on.secret_due' } })
    expect((await set(w, { issuer: other, clientSecret: null })).status).toBe(200)
    expect((await set(w, { issuer: provider.issuer })).body.hasClientSecret).toBe(false)
  })

  test.each<[object, string]>([
    [{ enabled: true }, 'single-sign-on.incomplete'],
    [{ enabled: true, issuer: 'https://login.example.com' }, 'single-sign-on.incomplete'],
    [{ defaultRole: null }, 'single-sign-on.nobody_gets_in'],
    [{ defaultRole: 'admin' }, 'request.invalid'],
    [{ scopes: ['profile'] }, 'request.invalid'],
    [{ scopes: ['openid', 'a b'] }, 'request.invalid'],
    [{ clientSecret: 'line\nend' }, 'request.invalid'],
    [
      { groups: [{ value: 'x', groupId: '01900000-0000-7000-8000-00000000dead' }] },
      'single-sign-on.unknown_group',
    ],
    [
      {
        groups: [
          { value: 'x', groupId: teams.sea.id },
          { value: 'x', groupId: teams.sea.id },
        ],
      },
      'single-sign-on.twice',
    ],
    [
      {
        roles: [
          { value: 'x', role: 'admin' },
          { value: 'x', role: 'member' },
        ],
      },
      'single-sign-on.twice',
    ],
    [
      { roles: Array.from({ length: 101 }, (_, n) => ({ value: `${n}`, role: 'member' })) },
      'request.invalid',
    ],
    [{ unknown: 1 }, 'request.invalid'],
    ...[
      'http://login.example.com',
      'http://127.0.0.1.example.com',
      'http://127.0.0.1@example.com',
      'http://example.com#@127.0.0.1',
      'http://localhost.example.com',
      'https://user:password@login.example.com',
      'https://login.example.com/?a=b',
      'https://login.example.com/.well-known/openid-configuration',
      'ftp://login.example.com',
      'javascript:alert(1)',
      'login.example.com',
      'https://login.example.com\\@127.0.0.1',
      'https://',
    ].map((issuer): [object, string] => [{ issuer }, 'request.invalid']),
  ])('refuse %j with %s and change nothing', async (change, code) => {
    await using w = await world()
    const before = (await w.as('ada').ask('single-sign-on.read')).body
    expect((await set(w, change)).body.code).toBe(code)
    expect((await w.as('ada').ask('single-sign-on.read')).body).toEqual(before)
  })

  test.each([
    'https://login.example.com',
    'https://login.example.com:8443/realms/main',
    'http://localhost:1',
    'http://[::1]:9',
  ])('take the issuer %s', async (issuer) => {
    await using w = await world()
    expect((await set(w, { issuer })).body.issuer).toBe(issuer)
  })

  test('tell those who are not signed in the button and nothing else', async () => {
    await using w = await world()
    const ways = async () => (await w.anonymous.ask('auth.ways')).body
    expect(await ways()).toEqual({ password: 'everyone', singleSignOn: null })
    await setUp(w, provider, { passwordFor: 'admins' })
    expect(await ways()).toEqual({
      password: 'admins',
      singleSignOn: { label: 'Example Login', startsAt: 'http://127.0.0.1:7300/api/auth.single-sign-on' },
    })
  })

  test('that are off let nobody begin, nor come back', async () => {
    await using w = await world()
    const off = '/sign-in?refused=auth.single_sign_on_off'
    expect((await w.anonymous.ask('auth.single-sign-on')).headers['location']).toBe(off)
  })
})

describe('testing a provider', () => {
  const wordsOf = (answer: { body: { findings: { words: string }[] } }) =>
    answer.body.findings.map(({ words }) => words).join(' ')
  const ask = (w: World, input: object = {}) => w.as('ada').tell('single-sign-on.test', input)

  test('finds all that a sign-in needs, without anybody signing in', async () => {
    await using w = await world()
    await setUp(w, provider)
    const answer = await ask(w)
    expect(answer.body.works).toBe(true)
    expect(wordsOf(answer)).toMatch(
      /answers as .* 1 key .* PKCE with S256\. .*knows this client and its secret/,
    )
    expect((await w.recorded()).at(-1)).toMatchObject({
      kind: 'single-sign-on.tested',
      data: { works: true },
    })
  })

  test('says what is wrong: no answer, no provider, another name, a wrong secret, an unknown scope', async () => {
    await using w = await world()
    expect(wordsOf(await ask(w))).toContain('There is no provider yet')
    expect(wordsOf(await ask(w, { issuer: 'http://127.0.0.1:1' }))).toContain(
      'does not answer (no connection)',
    )
    expect(wordsOf(await ask(w, { issuer: `${provider.issuer}/nowhere` }))).toContain('is not a provider')
    expect(wordsOf(await ask(w, { issuer: provider.issuer.replace('127.0.0.1', 'localhost') }))).toContain(
      'exactly the one it calls itself by',
    )
    await setUp(w, provider, { clientSecret: 'not that one', scopes: ['openid', 'strange'] })
    const answer = await ask(w)
    expect(answer.body.works).toBe(false)
    expect(wordsOf(answer)).toMatch(/does not know the scope strange.*does not accept the client id/)
    await setUp(w, provider, { clientId: 'nobody' })
    expect(wordsOf(await ask(w))).toContain('does not accept the client id')
  })
})

describe('links', () => {
  test('are listed page by page, and end with the sessions of the person', async () => {
    await using w = await world()
    await setUp(w, provider)
    for (const name of ['nina', 'otto', 'pia'])
      provider.set({ sub: `${name}-1`, claims: { preferred_username: name } })
    const visits = []
    for (const name of ['nina', 'otto', 'pia']) {
      visits.push(await visit(w, `${name}-1`))
      w.pass(1)
    }
    const first = (await w.as('olga').ask('single-sign-on.links', { limit: '2' })).body
    const rest = (await w.as('olga').ask('single-sign-on.links', { limit: '2', cursor: first.next })).body
    const names = [...first.items, ...rest.items].map(({ username }: { username: string }) => username)
    expect({ names, next: rest.next }).toEqual({ names: ['theo', 'nina', 'otto', 'pia'], next: null })

    const { personId } = first.items[1]
    expect((await w.as('olga').tell('single-sign-on.unlink', { personId })).status).toBe(403)
    expect((await w.as('ada').tell('single-sign-on.unlink', { personId })).status).toBe(200)
    expect((await visits[0]!.me.ask('auth.me')).status).toBe(401)
    expect((await visits[1]!.me.ask('auth.me')).status).toBe(200)
    expect((await visit(w, 'nina-1')).to).toBe('/sign-in?refused=auth.single_sign_on_name_taken')
    expect((await w.as('ada').tell('single-sign-on.unlink', { personId })).status).toBe(404)
    expect((await w.recorded()).find(({ kind }) => kind === 'single-sign-on.unlinked')?.data).toEqual({
      ...{ username: 'nina', issuer: provider.issuer, sessionsEnded: 1 },
    })
  })
})
