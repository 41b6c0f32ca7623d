import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { contracts } from '../../../apps/server/contract.ts'
import { servers } from '../../../seed/machines.ts'
import { password, people, teams } from '../../../seed/story.ts'
import { world } from '../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>
interface Row {
  id: number
  action: string
  status: number
  kind: string
  sentence: string
  user: { id: string; name: string }
  object: { kind: string; id: string; name: string | null } | null
  details: Record<string, unknown> | null
  times: number
  entries: number
  newAddress: boolean
  requestId: string
}

const log = async (w: World, ask: object = {}, who: 'ada' | 'mina' | 'olga' = 'ada') => {
  await w.followed()
  const { status, body } = await w.as(who).ask('activity.list', { limit: 200, ...ask })
  expect(status).toBe(200)
  return body.items as Row[]
}
const brief = ({ action, status, kind }: Row) => [action, status, kind]

const acts: [name: string, body: object][] = [
  ['person.create', { username: 'nina', name: 'Nina', role: 'member', password: 'a fine long one' }],
  ['person.set-role', { id: people.mina.id, role: 'auditor' }],
  ['group.create', { name: 'Harbour' }],
  ['group.set-members', { id: teams.sea.id, personIds: [people.juno.id] }],
  ['server.rename', { id: servers.sea.id, name: 'renamed' }],
  ['server.set-groups', { id: servers.sea.id, groupIds: [teams.sky.id] }],
  ['server-token.create', { name: 'Winter', groupIds: [teams.sea.id] }],
  ['command.submit', { serverIds: [servers.sea.id, servers.sky.id], line: 'id' }],
  ['server.remove', { id: servers.sky.id }],
  ['auth.change-password', { current: password, password: 'walrus lantern ninety' }],
  ['auth.sign-out', {}],
]

test('whatever is done leaves exactly one row, whatever it is refused exactly one more', async () => {
  await using w = await world({ machines: true })
  for (const [name, body] of acts) expect((await w.as('ada').tell(name, body)).status, name).toBe(200)
  expect((await log(w, {}, 'olga')).map(({ action, status }) => [action, status])).toEqual(
    acts.toReversed().map(([name]) => [name, 200]),
  )
  for (const [name, body] of acts) {
    const { status } = await w.anonymous.tell(
      name,
      name === 'auth.sign-out' ? body : { ...body, nonsense: 1 },
    )
    expect(status, name).toBeGreaterThanOrEqual(400)
  }
  const refused = await log(w, { failedOnly: 'true' }, 'olga')
  expect(refused.map(({ action }) => action)).toEqual(acts.toReversed().map(([name]) => name))
})

const endpoints = contracts.flatMap(({ api }) => Object.entries(api))

test('every endpoint there is leaves one row when it refuses', async () => {
  await using w = await world()
  const expected: string[] = []
  for (const [name, { kind }] of endpoints) {
    if (kind === 'channel') continue
    const answer =
      kind === 'command'
        ? await w.anonymous.tell(name, { nonsense: 1 })
        : await w.anonymous.ask(name, { nonsense: 1 })
    // A redirect that is refused leads back to the page that says so.
    if (answer.status >= 400 || kind === 'redirect') expected.push(name)
  }
  expect(expected.length).toBeGreaterThan(20)
  await w.followed()
  const rows = await w.db.selectFrom('activity').select(['action', 'status']).orderBy('seq').execute()
  expect(rows.map(({ action }) => action).sort()).toEqual(expected.sort())
})

test('an address that is no endpoint, and one asked the wrong way, leave rows that do not repeat them', async () => {
  await using w = await world()
  await w.as('mina').ask('swordfish-in-the-address')
  await w.as('mina').tell('server.list', {})
  expect((await log(w)).map(brief)).toEqual([
    ['unknown', 405, 'request.failed'],
    ['unknown', 404, 'request.failed'],
  ])
  expect(JSON.stringify(await w.recorded())).not.toContain('swordfish')
})

test('a request on several servers is one row, of all its entries', async () => {
  await using w = await world({ machines: true })
  await w.as('ada').tell('command.submit', { serverIds: [servers.sea.id, servers.sky.id], line: 'id' })
  const [row, ...others] = await log(w)
  expect(others).toEqual([])
  expect(row).toMatchObject({
    action: 'command.submit',
    entries: 2,
    status: 200,
    user: { name: 'Ada Lovelace' },
  })
  const { body } = await w.as('ada').ask('activity.read', { id: row!.id })
  expect(body.all.map(({ kind }: { kind: string }) => kind)).toEqual([
    'command.submitted',
    'command.submitted',
  ])
})

test('a page that was refused is a row with 403', async () => {
  await using w = await world()
  await w.as('mina').tell('auth.report-denied', { path: '/governance/approvals' })
  expect(await log(w)).toMatchObject([
    { kind: 'page.denied', status: 403, details: { path: '/governance/approvals' } },
  ])
})

test('a member sees their own rows and nobody else, and charts of those only', async () => {
  await using w = await world({ machines: true })
  await w.as('mina').tell('group.create', { name: 'Mine' })
  await w.as('theo').tell('group.create', { name: 'His' })
  const all = await log(w)
  expect(all).toHaveLength(2)
  const own = await log(w, {}, 'mina')
  expect(own.map(({ user }) => user.id)).toEqual([people.mina.id])
  const theirs = all.find(({ user }) => user.id === people.theo.id)!
  const hidden = await w.as('mina').ask('activity.read', { id: theirs.id })
  const absent = await w.as('mina').ask('activity.read', { id: 99_999 })
  const bare = ({ body: { requestId: _, ...body }, status }: typeof hidden) => ({ body, status })
  expect(bare(hidden)).toEqual(bare(absent))
  const range = { from: '2026-08-01T00:00:00Z', to: '2026-08-05T00:00:00Z' }
  for (const by of ['hour', 'action', 'person', 'server', 'sign-in']) {
    const { body } = await w.as('mina').ask('activity.series', { by, ...range })
    expect(JSON.stringify(body), by).not.toContain(people.theo.id)
    if (by === 'hour') expect(body.total).toEqual({ succeeded: 0, failed: 1 })
    const other = await w.as('mina').ask('activity.series', { by, ...range, personId: people.theo.id })
    expect(other.body, by).toMatchObject({
      total: { succeeded: 0, failed: 0 },
      items: [],
      points: [],
      newAddresses: [],
    })
  }
})

describe('filters', () => {
  test('each picks its rows, and pages go on where the one before ended', async () => {
    await using w = await world({ machines: true })
    await w.as('ada').tell('group.create', { name: 'Harbour' })
    w.pass(60)
    const created = await w.as('ada').tell('group.create', { name: 'Lighthouse' })
    w.pass(60)
    await w.as('mina').tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })
    await w.as('mina').tell('group.create', { name: 'Not hers' })
    const found = async (ask: object) =>
      (await log(w, ask)).map(({ action, status }) => `${action} ${status}`)
    expect(await found({ personId: people.mina.id })).toEqual(['group.create 403', 'command.submit 200'])
    expect(await found({ action: 'group.create' })).toHaveLength(3)
    expect(await found({ action: 'command.' })).toHaveLength(1)
    expect(await found({ feature: 'commands' })).toEqual(['command.submit 200'])
    expect(await found({ object: 'command' })).toEqual(['command.submit 200'])
    expect(await found({ object: created.body.id })).toEqual(['group.create 200'])
    expect(await found({ failedOnly: 'true' })).toEqual(['group.create 403'])
    expect(await found({ from: '2026-08-03T09:00:30Z', to: '2026-08-03T09:01:30Z' })).toEqual([
      'group.create 200',
    ])
    expect(await found({ text: 'LIGHTHOUSE' })).toEqual(['group.create 200'])
    expect(await found({ text: '100%' })).toEqual([])
    const pages: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { body } = await w.as('ada').ask('activity.list', { limit: 1, ...(cursor && { cursor }) })
      pages.push(...body.items.map(({ action, status }: Row) => `${action} ${status}`))
      cursor = body.next as string | null
    }
    expect(pages).toEqual(await found({}))
    expect((await w.as('ada').ask('activity.list', { cursor: 'nonsense' })).body.code).toBe(
      'activity.bad_cursor',
    )
  })
})

test('a second address of a person is marked, the first is not, and whoever fails to sign in brings none', async () => {
  await using w = await world({ machines: true })
  await w.as('ada').tell('group.create', { name: 'One' })
  await w.followed()
  const seen = { actor_id: people.mina.id, address: '10.9.9.9', seq: 0, at: new Date(0), is_first: true }
  await w.db.insertInto('activity_address').values(seen).execute()
  await w.anonymous.tell('auth.sign-in', { username: 'mina', password: 'wrong one' })
  for (const line of ['id', 'uptime'])
    await w.as('mina').tell('command.submit', { serverIds: [servers.sea.id], line })
  expect((await log(w)).map(({ user, status, newAddress }) => [user.name, status, newAddress])).toEqual([
    ['Mina Park', 200, false],
    ['Mina Park', 200, true],
    ['Mina Park', 401, false],
    ['Ada Lovelace', 200, false],
  ])
  const { body } = await w.as('ada').ask('activity.series', {
    by: 'sign-in',
    from: '2026-08-03T00:00:00Z',
    to: '2026-08-04T00:00:00Z',
  })
  expect(body.newAddresses).toMatchObject([{ personName: 'Mina Park', address: '127.0.0.1' }])
})

test('charts say who, what, where and when, on the clock of the reader', async () => {
  await using w = await world({ machines: true })
  await w.as('ada').tell('group.create', { name: 'One' })
  await w.as('mina').tell('group.create', { name: 'Not hers' })
  await w.as('mina').tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })
  await w.anonymous.tell('auth.sign-in', { username: 'mina', password: 'wrong one' })
  await w.anonymous.tell('auth.sign-in', { username: 'mina', password })
  await w.followed()
  const range = { from: '2026-08-01T00:00:00Z', to: '2026-08-05T00:00:00Z' }
  const minutes = { from: '2026-08-03T08:59:00Z', to: '2026-08-03T09:01:00Z' }
  for (const given of [range, minutes]) {
    const chart = async (by: string, more: object = {}) =>
      (await w.as('ada').ask('activity.series', { by, ...given, ...more })).body
    const named = ({ items }: { items: { name: string; succeeded: number; failed: number }[] }) =>
      Object.fromEntries(items.map(({ name, succeeded, failed }) => [name, [succeeded, failed]]))
    const hours = await chart('hour', { timeZone: 'Asia/Seoul' })
    expect(hours.total).toEqual({ succeeded: 3, failed: 2 })
    expect(hours.heat).toEqual([{ weekday: 1, hour: 18, n: 5 }])
    expect(hours.points).toEqual([{ at: '2026-08-03T09:00:00.000Z', succeeded: 3, failed: 2 }])
    expect(named(await chart('action'))).toEqual({
      'group.create': [1, 1],
      'command.submit': [1, 0],
      'auth.sign-in': [1, 1],
    })
    expect(named(await chart('action', { personId: people.mina.id }))).toEqual({
      'group.create': [0, 1],
      'command.submit': [1, 0],
      'auth.sign-in': [1, 1],
    })
    expect(named(await chart('person', { action: 'group.create' }))).toEqual({
      'Ada Lovelace': [1, 0],
      'Mina Park': [0, 1],
    })
    expect(Object.values(named(await chart('server')))).toEqual([[1, 0]])
    for (const filter of [
      { personId: people.mina.id },
      { action: 'command.submit' },
      { personId: people.mina.id, action: 'command.submit' },
    ])
      expect(Object.values(named(await chart('server', filter))), JSON.stringify(filter)).toEqual([[1, 0]])
    expect((await chart('sign-in')).total).toEqual({ succeeded: 1, failed: 1 })
    expect((await chart('sign-in', { personId: people.mina.id })).total.succeeded).toBe(1)
    expect((await chart('hour', { personId: people.mina.id, action: 'group.create' })).total).toEqual({
      succeeded: 0,
      failed: 1,
    })
  }
  const wrong = await w.as('ada').ask('activity.series', { by: 'hour', from: range.to, to: range.from })
  expect(wrong.body.code).toBe('activity.bad_range')
  const nowhere = await w.as('ada').ask('activity.series', { by: 'hour', ...range, timeZone: 'Mars/Olympus' })
  expect(nowhere.status).toBe(400)
})

test('the list says to when it is complete', async () => {
  await using w = await world()
  await w.followed()
  const before = await w.as('ada').ask('activity.list')
  expect(before.body.completeness).toEqual({ completeTo: '2026-08-03T09:00:00.000Z', behind: 0 })
  await w.as('ada').tell('group.create', { name: 'Harbour' })
  await w.recorded()
  const after = await w.as('ada').ask('activity.list')
  expect(after.body.completeness.behind).toBeGreaterThan(0)
})

test('no secret of an input reaches a row, its words or its details', async () => {
  await using w = await world({ machines: true })
  const secret = 'swordfish-4711'
  for (const [name, { kind }] of endpoints) {
    if (kind === 'channel') continue
    const input = {
      id: secret,
      text: secret,
      password: secret,
      [secret]: secret,
      code: secret,
      name: [secret],
    }
    await (kind === 'command' ? w.as('mina').tell(name, input) : w.as('mina').ask(name, input as object))
  }
  await w
    .as('mina')
    .tell('group.create', { name: 'x' }, { 'x-token': secret, authorization: `Bearer ${secret}` })
  await w.followed()
  const { rows } = await sql<{ found: number }>`
    select (select count(*) from activity a where a::text like ${`%${secret}%`})
         + (select count(*) from journal j where j.body like ${`%${secret}%`}) as found`.execute(w.db)
  expect(rows).toEqual([{ found: 0 }])
})
