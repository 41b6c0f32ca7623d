import { describe, expect, test } from 'vitest'
import { servers } from '../../../../seed/machines.ts'
import { people, teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { tokenOf } from './token-of.fixture.ts'

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
