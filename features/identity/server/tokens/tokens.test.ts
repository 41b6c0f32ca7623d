import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { servers } from '../../../../seed/machines.ts'
import { type Persona, people, teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { newSecret } from './secret.ts'

type World = Awaited<ReturnType<typeof world>>

/** A token with rules that allow everything but what is said. */
async function tokenOf(w: World, persona: Persona, rules: object = {}) {
  const { status, body } = await w.as(persona).tell('token.create', {
    name: `a token of ${persona}`,
    scopes: ['*'],
    commands: ['*'],
    servers: ['*'],
    ...rules,
  })
  if (status !== 200) throw new Error(`token.create answered ${status} ${JSON.stringify(body)}`)
  return { id: body.id as string, secret: body.secret as string, api: w.withToken(body.secret) }
}

const kinds = async (w: World) => (await w.recorded()).map(({ kind }) => kind)

describe('a personal token', () => {
  test('acts as its person, and every row and entry says both', async () => {
    await using w = await world({ machines: true })
    const { id, api } = await tokenOf(w, 'mina')

    const people_ = await api.ask('person.list')
    const submitted = await api.tell('command.submit', { serverIds: [servers.sea.id], line: 'uptime' })
    const read = await w.as('ada').ask('command.read', { id: submitted.body.commands[0].id })

    expect(people_.body.items.map(({ username }: { username: string }) => username)).toEqual(['mina', 'theo'])
    const via = { id, name: 'a token of mina' }
    expect(read.body.operator).toEqual({ id: people.mina.id, name: 'Mina Park', kind: 'person', via })
    const entry = (await w.recorded()).find(({ kind }) => kind === 'command.submitted')
    expect(entry?.actor).toEqual({ id: people.mina.id, name: 'Mina Park', kind: 'person', via })
  })

  test('of an administrator lets nobody in, or in as more, whatever its scopes; it may end what others have', async () => {
    await using w = await world()
    const { api } = await tokenOf(w, 'ada')
    const detours: [string, object][] = [
      ['person.create', { username: 'nina', name: 'Nina', role: 'admin', password: 'a fine long one' }],
      ['person.invite', { username: 'nina', name: 'Nina', role: 'admin' }],
      ['person.set-role', { id: people.mina.id, role: 'admin' }],
      ['person.update', { id: people.ada.id, email: 'mallory@example.com' }],
      ['person.reset-link', { id: people.mina.id }],
      ['person.remove-factors', { id: people.ada.id }],
      ['settings.update', { secondFactor: 'optional' }],
      ['single-sign-on.update', { enabled: true }],
      ['token.create', { name: 'another', scopes: ['*'] }],
    ]
    for (const [name, input] of detours)
      expect(await api.tell(name, input), name).toMatchObject({
        status: 403,
        body: { code: 'request.people_only' },
      })
    expect((await api.tell('person.suspend', { id: people.mina.id })).status).toBe(200)
    expect(await api.tell('person.resume', { id: people.mina.id })).toMatchObject({
      status: 403,
      body: { code: 'request.people_only' },
    })
  })

  test('follows its person at once: role, groups, suspension, removal', async () => {
    await using w = await world({ machines: true })
    const { api } = await tokenOf(w, 'mina')
    const reach = async () => (await api.ask('server.list')).body.items.length
    const mina = (set: object) =>
      w.db.updateTable('person').set(set).where('id', '=', people.mina.id).execute()

    expect(await reach()).toBe(2)
    await w.as('ada').tell('group.set-members', { id: teams.sea.id, personIds: [] })
    expect(await reach()).toBe(0)
    await w.as('ada').tell('person.set-role', { id: people.mina.id, role: 'admin' })
    expect(await reach()).toBe(4)
    await w.as('ada').tell('person.set-role', { id: people.mina.id, role: 'member' })
    expect((await api.tell('group.create', { name: 'Harbour' })).status).toBe(403)
    for (const status of ['suspended', 'removed', 'invited']) {
      await mina({ status })
      expect((await api.ask('server.list')).status, status).toBe(401)
    }
    await mina({ status: 'active', must_change_password: true })
    expect((await api.ask('server.list')).body.code).toBe('request.new_password_due')
    await mina({ must_change_password: false })
    await w.db.updateTable('workspace').set({ second_factor: 'everyone' }).execute()
    expect((await api.ask('server.list')).body.code).toBe('request.second_factor_due')
  })

  test('is bounded by its scopes, and a use beyond them is recorded', async () => {
    await using w = await world({ machines: true })
    const { id, api } = await tokenOf(w, 'ada', { scopes: ['server:read', 'command:submit'] })
    const nothing = await tokenOf(w, 'ada', { scopes: [] })

    expect((await api.ask('server.list')).status).toBe(200)
    expect((await api.ask('command.list')).body).toMatchObject({
      code: 'request.out_of_scope',
      message: expect.stringContaining('command:list'),
    })
    expect((await api.tell('server.rename', { id: servers.sea.id, name: 'x' })).status).toBe(403)
    expect((await nothing.api.ask('server.list')).status).toBe(403)
    const denied = (await w.recorded()).filter(({ kind }) => kind === 'request.denied')
    expect(denied.map(({ data, actor }) => [data['endpoint'], actor])).toMatchObject([
      ['command.list', { id: people.ada.id, via: { id } }],
      ['server.rename', { id: people.ada.id, via: { id } }],
      ['server.list', { id: people.ada.id, via: { id: nothing.id } }],
    ])
  })

  test('can neither make, see nor change tokens, sign anybody in, nor prove who is there', async () => {
    await using w = await world({ machines: true })
    const { id, api } = await tokenOf(w, 'ada')
    const acts = ['token.update', 'token.rotate', 'token.disable', 'token.enable']
    const answers = [
      await api.tell('token.create', { name: 'another', scopes: ['*'] }),
      await api.ask('token.list'),
      await api.ask('token.read', { id }),
      await api.ask('token.scopes'),
      await api.ask('auth.me'),
      await api.tell('auth.change-password', { current: 'x', password: 'a fine long one' }),
      ...(await Promise.all(acts.map((name) => api.tell(name, { id })))),
    ]
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [403, 'request.people_only']),
    )
    expect((await w.as('ada').ask('token.list', { text: 'another' })).body.items).toEqual([])
  })
})

test('a manager who sees the record of their servers sees it with a token as well, and no longer than themselves', async () => {
  await using w = await world({ machines: true })
  const { api } = await tokenOf(w, 'mina')
  const lines = async () =>
    (await api.ask('command.list')).body.items.map(({ line }: { line: string }) => line).sort()
  const own = await lines()
  await w.db.updateTable('workspace').set({ group_record: true }).execute()
  const bySession = (await w.as('mina').ask('command.list')).body.items
  expect(await lines()).toEqual(bySession.map(({ line }: { line: string }) => line).sort())
  expect(await lines()).toContain('echo theo on sea')
  await w.db.updateTable('workspace').set({ group_record: false }).execute()
  expect(await lines()).toEqual(own)
})

describe('a service token', () => {
  test('acts on its own, with the role and the groups it was given', async () => {
    await using w = await world({ machines: true })
    const { id, secret, api } = await tokenOf(w, 'ada', {
      name: 'nightly backup',
      kind: 'service',
      groupIds: [teams.sky.id],
    })
    const auditor = await tokenOf(w, 'ada', { kind: 'service', role: 'auditor' })

    expect(secret).toMatch(/^annals_svc_/)
    const names = async (who: typeof api) =>
      (await who.ask('server.list')).body.items.map(({ name }: { name: string }) => name)
    expect(await names(api)).toEqual(['both-web-1', 'sky-db-1'])
    expect(await names(auditor.api)).toHaveLength(4)
    const sent = await api.tell('command.submit', { serverIds: [servers.sky.id], line: 'uptime' })
    const own = await api.ask('command.list')
    expect(own.body.items.map(({ operator }: { operator: object }) => operator)).toEqual([
      { id, name: 'nightly backup', kind: 'token', via: null },
    ])
    expect((await api.tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })).status).toBe(404)
    expect(
      (await auditor.api.tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })).status,
    ).toBe(403)
    expect((await w.recorded()).find(({ kind }) => kind === 'command.submitted')?.actor).toEqual({
      id,
      name: 'nightly backup',
      kind: 'token',
    })
    expect((await w.as('juno').ask('command.read', { id: sent.body.commands[0].id })).status).toBe(404)
  })

  test('is made by administrators only, and never acts as one', async () => {
    await using w = await world()
    const service = { name: 'robot', kind: 'service', scopes: ['*'] }
    expect((await w.as('mina').tell('token.create', service)).body.code).toBe('token.service_by_admin')
    expect((await w.as('olga').tell('token.create', service)).body.code).toBe('token.service_by_admin')
    expect((await w.as('ada').tell('token.create', { ...service, role: 'admin' })).status).toBe(400)
    const personal = { name: 'mine', scopes: ['*'], role: 'auditor' }
    expect((await w.as('mina').tell('token.create', personal)).status).toBe(400)
    expect(
      (await w.as('ada').tell('token.create', { ...service, groupIds: [servers.sea.id] })).body.code,
    ).toBe('token.unknown_group')
  })
})

describe('a token that does not work', () => {
  test('answers in the same words whatever is wrong; the record says what it was, once a minute', async () => {
    await using w = await world()
    const soon = new Date(Date.parse('2026-08-03T09:00:00.000Z') + 3_600_000).toISOString()
    const disabled = await tokenOf(w, 'mina')
    await w.as('mina').tell('token.disable', { id: disabled.id })
    const expired = await tokenOf(w, 'mina', { expiresAt: soon })
    const elsewhere = await tokenOf(w, 'mina', { addresses: ['10.0.0.0/8'] })
    const replaced = await tokenOf(w, 'mina')
    await w.as('mina').tell('token.rotate', { id: replaced.id })
    const ownerless = await tokenOf(w, 'theo')
    await w.db.updateTable('person').set({ status: 'suspended' }).where('id', '=', people.theo.id).execute()
    w.pass(3600)

    const unknown = { id: '', api: w.withToken(newSecret('personal')) }
    const shapeless = { id: '', api: w.withToken('annals_pat_nonsense') }
    const all = [unknown, shapeless, disabled, expired, elsewhere, replaced, ownerless]
    const answers: Awaited<ReturnType<typeof shapeless.api.ask>>[] = []
    for (const { api } of all) answers.push(await api.ask('person.list'))
    for (let n = 0; n < 5; n++) await elsewhere.api.ask('person.list')
    w.pass(61)
    await elsewhere.api.ask('person.list')

    const bare = ({ status, body, headers }: (typeof answers)[0]) => ({
      status,
      body: { ...body, requestId: '' },
      headers: Object.keys(headers).sort(),
    })
    for (const answer of answers) expect(bare(answer)).toEqual(bare(answers[0]!))
    expect(answers[0]!.status).toBe(401)
    const refused = (await w.recorded()).filter(({ kind }) => kind === 'token.refused')
    expect(refused.map(({ subject, data }) => [subject?.id, data['why'], data['alsoRefused']])).toEqual([
      [disabled.id, 'it is disabled', 0],
      [expired.id, 'it has expired', 0],
      [elsewhere.id, 'it is not for this address', 0],
      [replaced.id, 'this secret was replaced', 0],
      [ownerless.id, 'its person cannot sign in', 0],
      [elsewhere.id, 'it is not for this address', 5],
    ])
  })

  test('is not remembered as used', async () => {
    await using w = await world()
    const { id, api } = await tokenOf(w, 'mina', { addresses: ['192.0.2.1'] })
    await api.ask('person.list')
    expect((await w.as('mina').ask('token.read', { id })).body.lastUsedAt).toBeNull()
  })
})

test('addresses are those of the client, IPv4 and IPv6, ranges and single ones', async () => {
  await using w = await world()
  const { secret } = await tokenOf(w, 'mina', { addresses: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'] })
  const from = async (remoteAddress: string) => {
    const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': '10.0.0.1' }
    return (await w.app.inject({ url: '/api/person.list', remoteAddress, headers })).statusCode
  }
  for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8:1::9', '192.0.2.7'])
    expect(await from(inside), inside).toBe(200)
  for (const outside of ['11.0.0.1', '127.0.0.1', '::1', '2001:db9::1', '192.0.2.8'])
    expect(await from(outside), outside).toBe(401)
})

test('when and from where it was last used is written once a minute at most', async () => {
  await using w = await world()
  const { id, secret, api } = await tokenOf(w, 'mina')
  const used = async () => {
    const { lastUsedAt, lastUsedAddress } = (await w.as('mina').ask('token.read', { id })).body
    return [lastUsedAt, lastUsedAddress]
  }
  expect(await used()).toEqual([null, null])
  await Promise.all(Array.from({ length: 10 }, () => api.ask('person.list')))
  expect(await used()).toEqual(['2026-08-03T09:00:00.000Z', '127.0.0.1'])
  w.pass(30)
  const headers = { authorization: `Bearer ${secret}` }
  const elsewhere = () => w.app.inject({ url: '/api/person.list', remoteAddress: '192.0.2.1', headers })
  await elsewhere()
  expect(await used()).toEqual(['2026-08-03T09:00:00.000Z', '127.0.0.1'])
  w.pass(30)
  await elsewhere()
  expect(await used()).toEqual(['2026-08-03T09:01:00.000Z', '192.0.2.1'])
})

describe('a request with a token', () => {
  test('and a cookie is refused, since nobody can say who asks', async () => {
    await using w = await world()
    const { secret } = await tokenOf(w, 'mina')
    for (const authorization of [`Bearer ${secret}`, 'Bearer x'])
      expect(await w.as('ada').ask('person.list', {}, { authorization })).toMatchObject({
        status: 400,
        body: { code: 'request.two_credentials' },
      })
    expect((await w.as('ada').ask('person.list', {}, { authorization: 'Basic YTpi' })).status).toBe(200)
  })

  test('needs no Origin, and a foreign one is refused all the same', async () => {
    await using w = await world()
    const { api } = await tokenOf(w, 'ada')
    expect((await api.tell('group.create', { name: 'Harbour' })).status).toBe(200)
    for (const origin of ['https://evil.example', 'null'])
      expect((await api.tell('group.create', { name: 'Quay' }, { origin })).body.code).toBe(
        'request.foreign_origin',
      )
  })
})

test('whatever is sent as a token is answered, lets nobody in and is not kept', async () => {
  await using w = await world()
  const { secret } = await tokenOf(w, 'mina')
  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 120 })
  const near = fc
    .tuple(fc.nat(secret.length), printable)
    .map(([at, noise]) => secret.slice(0, at) + noise + secret.slice(at + 1))
  const sent = fc.sample(fc.oneof(printable, near), { numRuns: 150, seed: 20261121 })
  for (const noise of sent.filter((text) => text.trim() !== secret)) {
    const { status, body } = await w.withToken(noise).ask('person.list')
    expect([status, body.code], noise).toEqual([401, 'request.unauthenticated'])
  }
  const entries = JSON.stringify(await w.recorded())
  expect(entries).not.toContain('token.refused')
  expect(entries).not.toContain('annals_pat_')
})

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
