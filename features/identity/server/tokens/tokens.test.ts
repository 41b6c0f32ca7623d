import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { servers } from '../../../../seed/machines.ts'
import { type Persona, people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { kinds, tokenOf } from './token-of.fixture.ts'

describe('rotating', () => {
  test('ends the old secret at once and shows the new one; bounds stay', async () => {
    await using w = await world()
    const { id, secret, api } = await tokenOf(w, 'mina', { scopes: ['person:read'] })
    const { body } = await w.as('mina').tell('token.rotate', { id })
    expect(body.secret).not.toBe(secret)
    expect((await api.ask('person.list')).status).toBe(401)
    expect((await w.withToken(body.secret).ask('person.list')).status).toBe(200)
    expect((await w.withToken(body.secret).ask('group.list')).status).toBe(403)
    expect((await kinds(w)).slice(0, 3)).toEqual(['token.created', 'token.rotated', 'token.refused'])
  })

  test('is for its person alone: an administrator who could do it could act as them', async () => {
    await using w = await world()
    const { id } = await tokenOf(w, 'mina')
    const code = async (persona: Persona, name: string, more: object = {}) =>
      (await w.as(persona).tell(name, { id, ...more })).body.code
    for (const name of ['token.rotate', 'token.update']) {
      expect(await code('ada', name)).toBe('token.not_yours')
      expect(await code('olga', name)).toBe('token.not_yours')
      expect(await code('theo', name)).toBe('request.not_found')
    }
  })
})

describe('disabling', () => {
  test('is for its person and administrators, and what one of these ended its person cannot bring back', async () => {
    await using w = await world()
    const { id, api } = await tokenOf(w, 'mina')
    const state = async () => (await w.as('mina').ask('token.read', { id })).body.state
    const by = async (persona: Persona, name: string) => (await w.as(persona).tell(name, { id })).body.code

    expect(await by('olga', 'token.disable')).toBe('token.not_yours')
    expect(await by('theo', 'token.disable')).toBe('request.not_found')
    expect(await by('mina', 'token.disable')).toBeUndefined()
    expect([await state(), (await api.ask('person.list')).status]).toEqual(['disabled', 401])
    expect(await by('mina', 'token.disable')).toBe('token.is_disabled')
    expect(await by('mina', 'token.rotate')).toBe('token.is_disabled')
    expect(await by('mina', 'token.enable')).toBeUndefined()
    expect([await state(), (await api.ask('person.list')).status]).toEqual(['active', 200])
    expect(await by('mina', 'token.enable')).toBe('token.is_enabled')
    await by('ada', 'token.disable')
    expect(await by('mina', 'token.enable')).toBe('token.disabled_by_admin')
    expect(await by('ada', 'token.enable')).toBeUndefined()
  })
})

test('a change of bounds holds from the next request, and the record has both before and after', async () => {
  await using w = await world({ machines: true })
  const { id, api } = await tokenOf(w, 'mina', { servers: [servers.sea.id], scopes: ['command:*'] })
  const changed = await w.as('mina').tell('token.update', {
    id,
    name: 'renamed',
    scopes: ['server:read'],
    servers: [servers.both.id],
    expiresAt: null,
  })
  expect(changed.body).toMatchObject({
    name: 'renamed',
    commands: ['*'],
    serverNames: [{ id: servers.both.id, name: 'both-web-1' }],
  })
  expect((await api.ask('command.list')).status).toBe(403)
  expect((await api.ask('server.list')).status).toBe(200)
  expect((await w.recorded()).find(({ kind }) => kind === 'token.updated')?.data).toEqual({
    name: 'renamed',
    changed: {
      name: { before: 'a token of mina', after: 'renamed' },
      scopes: { before: ['command:*'], after: ['server:read'] },
      servers: { before: ['sea-db-1'], after: ['both-web-1'] },
    },
  })
})

test('who sees tokens: administrators and auditors all, members their own; hidden and absent answer alike', async () => {
  await using w = await world()
  const mina = await tokenOf(w, 'mina')
  await tokenOf(w, 'theo')
  await tokenOf(w, 'ada', { name: 'robot', kind: 'service' })
  const seen = async (persona: Persona) =>
    (await w.as(persona).ask('token.list')).body.items.map(({ name }: { name: string }) => name)
  expect((await seen('ada')).sort()).toEqual(['a token of mina', 'a token of theo', 'robot'])
  expect(await seen('olga')).toHaveLength(3)
  expect(await seen('mina')).toEqual(['a token of mina'])
  expect(await seen('juno')).toEqual([])
  const bare = ({ status, body }: { status: number; body: object }) => ({ status, ...body, requestId: '' })
  const absent = '01900000-0000-7000-8000-00000000dead'
  for (const name of ['token.rotate', 'token.disable', 'token.enable', 'token.update'])
    expect(bare(await w.as('juno').tell(name, { id: mina.id }))).toEqual(
      bare(await w.as('juno').tell(name, { id: absent })),
    )
  expect(bare(await w.as('juno').ask('token.read', { id: mina.id }))).toEqual(
    bare(await w.as('juno').ask('token.read', { id: absent })),
  )
})

test('the list can be narrowed by kind, state, person and text, and its pages join without a gap', async () => {
  await using w = await world()
  const { id } = await tokenOf(w, 'mina', { name: 'old 100%' })
  await w.as('mina').tell('token.disable', { id })
  for (let n = 0; n < 4; n++) {
    w.pass(1)
    await tokenOf(w, 'mina', { name: `deploy ${n}` })
  }
  w.pass(1)
  await tokenOf(w, 'ada', { name: 'robot', kind: 'service' })
  const names = async (filter: object) =>
    (await w.as('ada').ask('token.list', filter)).body.items.map(({ name }: { name: string }) => name)
  expect(await names({ kind: 'service' })).toEqual(['robot'])
  expect(await names({ state: 'disabled' })).toEqual(['old 100%'])
  expect(await names({ text: '0%' })).toEqual(['old 100%'])
  expect(await names({ personId: people.mina.id })).toHaveLength(5)
  const paged: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: { items: { name: string }[]; next: string | null } } = await w
      .as('ada')
      .ask('token.list', { limit: 2, ...(cursor && { cursor }) })
    paged.push(...body.items.map(({ name }) => name))
    cursor = body.next
  }
  expect(paged).toEqual(['robot', 'deploy 3', 'deploy 2', 'deploy 1', 'deploy 0', 'old 100%'])
})

test('what is wrong is said, and nothing is made', async () => {
  await using w = await world({ machines: true })
  const cases: [object, string][] = [
    [{ name: '' }, 'request.invalid'],
    [{ scopes: ['everything'] }, 'request.invalid'],
    [{ scopes: ['command:submit:now'] }, 'request.invalid'],
    [{ paths: [{ path: 'relative' }] }, 'request.invalid'],
    [{ commands: [''] }, 'request.invalid'],
    [{ servers: ['sea-db-1'] }, 'request.invalid'],
    [{ servers: [servers.sky.id] }, 'request.not_found'],
    [{ addresses: ['10.0.0.0/'] }, 'token.bad_address'],
    [{ addresses: ['office'] }, 'token.bad_address'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'token.in_the_past'],
    [{ commands: Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(500, 'x')) }, 'token.too_long'],
    [{ secret: 'mine' }, 'request.invalid'],
  ]
  for (const [rules, code] of cases) {
    const answer = await w.as('mina').tell('token.create', { name: 'x', scopes: ['*'], ...rules })
    expect(answer.body.code, JSON.stringify(rules).slice(0, 80)).toBe(code)
  }
  expect((await w.as('mina').ask('token.list')).body.items).toHaveLength(1)
})

test('making and rotating ask for a recent proof of who is there', async () => {
  await using w = await world()
  const { id } = await tokenOf(w, 'mina')
  w.pass(1000)
  const code = async (name: string, body: object) => (await w.as('mina').tell(name, body)).body.code
  expect(await code('token.create', { name: 'x', scopes: ['*'] })).toBe('request.step_up_due')
  expect(await code('token.rotate', { id })).toBe('request.step_up_due')
  expect(await code('token.update', { id, scopes: [] })).toBe('request.step_up_due')
  expect(await code('token.disable', { id })).toBeUndefined()
})

test('the secret is in no table and in no entry', async () => {
  await using w = await world()
  const made = await tokenOf(w, 'mina', { addresses: ['10.0.0.0/8'] })
  await made.api.ask('person.list')
  const { body } = await w.as('mina').tell('token.rotate', { id: made.id })
  await w.withToken(body.secret).ask('person.list')
  await w.recorded()
  const { rows } = await sql<{
    tablename: string
  }>`select tablename from pg_tables where schemaname = 'public'`.execute(w.db)
  expect(rows.length).toBeGreaterThan(10)
  for (const { tablename } of rows) {
    const { rows: found } = await sql<{
      text: string
    }>`select t::text as text from ${sql.table(tablename)} t`.execute(w.db)
    for (const { text } of found)
      for (const secret of [made.secret, body.secret]) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(Buffer.from(secret).toString('hex'))
        expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 40))
      }
  }
})

test('what scopes can name is everything a token may be let into, and nothing else', async () => {
  await using w = await world()
  const { resources } = (await w.as('mina').ask('token.scopes')).body
  const names = resources.flatMap(({ name, actions }: { name: string; actions: { name: string }[] }) =>
    actions.map((action) => `${name}:${action.name}`),
  )
  expect(names).toContain('command:submit')
  expect(names).toContain('server:list')
  expect(names.filter((name: string) => /^(token|auth):/.test(name))).toEqual([])
})
