import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../../../../base/common/id.ts'
import { servers, terminals } from '../../../../seed/machines.ts'
import { world } from '../../../../seed/world.ts'

const size = { cols: 80, rows: 24 }

afterEach(() => vi.useRealTimers())

test('a terminal on a server without its agent is refused, and the refusal is an entry', async () => {
  await using w = await world({ machines: true })
  const { status, body } = await w.as('mina').tell('terminal.open', { serverId: servers.sea.id, ...size })
  expect({ status, code: body.code }).toEqual({ status: 409, code: 'terminal.server_offline' })
  const refused = (await w.recorded()).filter(({ kind }) => kind === 'terminal.refused')
  expect(refused.map(({ actor, data }) => [actor.name, data['code']])).toEqual([
    ['Mina Park', 'terminal.server_offline'],
  ])
})

test('sizes, minutes and passwords out of bounds are refused with a sentence', async () => {
  await using w = await world({ machines: true })
  const mina = w.as('mina')
  const asks: [string, object][] = [
    ['terminal.open', { serverId: servers.sea.id, cols: 0, rows: 24 }],
    ['terminal.open', { serverId: servers.sea.id, cols: 1e9, rows: 24 }],
    ['terminal.open', { serverId: servers.sea.id, account: 'root; id', ...size }],
    ['terminal.share', { id: terminals.theoSea.id, minutes: 4 }],
    ['terminal.share', { id: terminals.theoSea.id, minutes: 181 }],
    ['terminal.share', { id: terminals.theoSea.id, minutes: 5, password: 'abc' }],
  ]
  for (const [name, body] of asks)
    expect((await mina.tell(name, body)).status, `${name} ${JSON.stringify(body)}`).toBe(400)
})

test('what has ended cannot be attached to, shared, watched or closed', async () => {
  await using w = await world({ machines: true })
  for (const name of ['terminal.close', 'terminal.ticket', 'terminal.share'])
    expect(
      (
        await w
          .as('mina')
          .tell(name, { id: terminals.minaSea.id, ...(name.endsWith('share') && { minutes: 5 }) })
      ).body.code,
      name,
    ).toBe('terminal.not_open')
  expect((await w.as('ada').tell('terminal.watch', { id: terminals.minaSea.id })).body.code).toBe(
    'terminal.not_open',
  )
})

test('a list is narrowed by every filter', async () => {
  await using w = await world({ machines: true })
  const idsOf = async (query: object) =>
    (await w.as('ada').ask('terminal.list', query)).body.items.map(({ id }: { id: string }) => id).sort()
  const { minaSea, theoSea, junoSky, minaLone, adaBoth } = terminals
  expect(await idsOf({ live: 'true' })).toEqual([theoSea.id, junoSky.id])
  expect(await idsOf({ live: 'false' })).toEqual([minaSea.id, minaLone.id, adaBoth.id])
  expect(await idsOf({ status: 'failed' })).toEqual([adaBoth.id])
  expect(await idsOf({ serverId: servers.sea.id })).toEqual([minaSea.id, theoSea.id])
  expect(await idsOf({ account: 'mina' })).toEqual([minaSea.id, minaLone.id])
  expect(await idsOf({ text: 'SKY-db' })).toEqual([junoSky.id])
  expect(await idsOf({ text: '%' })).toEqual([])
})

test('a wrong password at a share is counted, and soon one has to wait', async () => {
  await using w = await world({ machines: true })
  const { body: shared } = await w
    .as('theo')
    .tell('terminal.share', { id: terminals.theoSea.id, minutes: 30, password: 'open sesame' })
  const secret = new URL(shared.link).hash.slice(1)
  const join = (password: string) => w.anonymous.tell('terminal.join', { secret, password, name: 'Kim' })
  for (let i = 0; i < 5; i++)
    expect((await join('open barley')).body.code).toBe('terminal.share_wrong_password')
  expect((await join('open sesame')).body.code).toBe('terminal.share_locked')
  w.pass(2)
  const { status, body } = await join('open sesame')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    terminalId: terminals.theoSea.id,
    operatorName: 'Theo Sea',
    readOnly: false,
  })
  expect((await w.anonymous.tell('terminal.rejoin', { guest: body.guest })).status).toBe(200)
  w.pass(31 * 60)
  for (const [name, input] of [
    ['terminal.join', { secret, password: 'open sesame', name: 'Kim' }],
    ['terminal.rejoin', { guest: body.guest }],
  ] as const)
    expect((await w.anonymous.tell(name, input)).body.code).toBe('terminal.share_gone')
  const kinds = (await w.recorded()).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'terminal.guest-refused')).toHaveLength(7)
  expect(kinds).toContain('terminal.guest-admitted')
})

test('what proves a guest is kept as a hash only', async () => {
  await using w = await world({ machines: true })
  const { body } = await w
    .as('theo')
    .tell('terminal.share', { id: terminals.theoSea.id, minutes: 30, password: 'open sesame' })
  const secret = new URL(body.link).hash.slice(1)
  const share = await w.db
    .selectFrom('terminal_share')
    .selectAll()
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  expect(JSON.stringify(share)).not.toContain(secret)
  expect(share.password_hash).toMatch(/^\$argon2id\$/)
  const told = JSON.stringify(await w.recorded())
  expect(told).not.toContain(secret)
  expect(told).not.toContain('open sesame')
})

test('only patterns that end soon become masks, and a change of policy says what it was', async () => {
  await using w = await world({ machines: true })
  const ada = w.as('ada')
  expect((await ada.tell('terminal.set-policy', { inputMasks: ['('] })).body.code).toBe('terminal.bad_mask')
  expect((await ada.tell('terminal.set-policy', { inputMasks: ['(a+)+$'] })).body.code).toBe(
    'terminal.bad_mask',
  )
  const { body } = await ada.tell('terminal.set-policy', {
    inputMasks: ['PGPASSWORD=\\S+'],
    idleMinutes: null,
  })
  expect(body).toMatchObject({ inputMasks: ['PGPASSWORD=\\S+'], idleMinutes: null, strict: false })
  const set = (await w.recorded()).find(({ kind }) => kind === 'terminal.policy-set')!
  expect(set.data).toEqual({
    before: { inputMasks: [], idleMinutes: 60 },
    after: { inputMasks: ['PGPASSWORD=\\S+'], idleMinutes: null },
  })
  expect((await w.as('mina').tell('terminal.set-policy', { strict: true })).status).toBe(403)
})

test('a terminal that was committed without the server hearing of it does not stay "opening"', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await using w = await world({ machines: true })
  await w.assembled.start()
  const seen = await w.db
    .selectFrom('terminal')
    .selectAll()
    .where('id', '=', terminals.minaSea.id)
    .executeTakeFirstOrThrow()
  const id = newId(w.now().getTime())
  const unheard = { id, status: 'opening' as const, opened_at: w.now(), started_at: null, ended_at: null }
  await w.db
    .insertInto('terminal')
    .values({ ...seen, ...unheard })
    .execute()
  const read = async () => (await w.as('mina').ask('terminal.read', { id })).body
  expect(await read()).toMatchObject({ status: 'opening' })
  w.pass(31)
  vi.advanceTimersByTime(5000)
  await vi.waitUntil(async () => (await read()).status !== 'opening')
  expect(await read()).toMatchObject({
    status: 'failed',
    endReason: 'The database broke while it was being opened.',
  })
})
