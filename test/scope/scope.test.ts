import { describe, expect, test } from 'vitest'
import { world } from '../../seed/world.ts'
import { everythingSeenBy, looks, personas, readers, withoutRows } from './seen.ts'

test('every reading endpoint is looked through, or says why it is not', () => {
  expect([...Object.keys(looks), ...Object.keys(withoutRows)].sort()).toEqual([...readers].sort())
})

describe('each persona sees exactly what their role shows them', () => {
  test.each(personas)('%s', async (persona) => {
    await using w = await world({ machines: true })
    const seen = JSON.stringify(await everythingSeenBy(w, persona), null, 2)
    await expect(`${seen}\n`).toMatchFileSnapshot(`./seen-by/${persona}.json`)
  })
})

test('someone who leaves a group keeps what they did in view, and loses the servers at once', async () => {
  await using w = await world({ machines: true })
  const before = await everythingSeenBy(w, 'mina')
  await w.db
    .deleteFrom('team_member')
    .where('person_id', '=', (await w.as('mina').ask('auth.me')).body.id)
    .execute()
  const after = await everythingSeenBy(w, 'mina')
  expect(after['command.read']).toEqual(before['command.read'])
  expect(after['server.list']).toEqual([])
  expect(after['person.list']).toEqual(['mina'])
})

describe('hidden and absent answer alike', () => {
  const absent = '01900000-0000-7000-8000-00000000dead'
  test.each(
    Object.entries(looks).filter(([, { inputs }]) =>
      Object.values(inputs ?? {}).some((input) => 'id' in input),
    ),
  )('%s', async (name, { inputs }) => {
    await using w = await world({ machines: true })
    const bare = ({ status, body, headers }: { status: number; body: object; headers: object }) => ({
      status,
      body: { ...body, requestId: '' },
      headers: Object.keys(headers).sort(),
    })
    const nowhere = bare(await w.as('remy').ask(name, { ...Object.values(inputs!)[0], id: absent }))
    expect(nowhere.status).toBe(404)
    // Remy sees of all people only themselves.
    for (const [key, input] of Object.entries(inputs!).filter(([whose]) => whose !== 'remy'))
      expect(bare(await w.as('remy').ask(name, input)), key).toEqual(nowhere)
  })
})

test('a member cannot act on what they cannot see, and the answer tells them nothing', async () => {
  await using w = await world({ machines: true })
  const { commands, servers, terminals } = await import('../../seed/machines.ts')
  const acts: [string, object][] = [
    ['command.submit', { serverIds: [servers.sky.id], line: 'id' }],
    ['command.submit', { serverIds: [servers.sea.id, servers.sky.id], line: 'id' }],
    ['command.submit', { serverIds: [servers.sea.id], line: 'id', runAfter: commands.theoSea.id }],
    ['command.cancel', { id: commands.theoSea.id }],
    ['command.stop', { id: commands.junoSky.id }],
    ['terminal.open', { serverId: servers.sky.id, cols: 80, rows: 24 }],
    ['terminal.close', { id: terminals.theoSea.id }],
    ['terminal.watch', { id: terminals.junoSky.id }],
    ['terminal.ticket', { id: terminals.theoSea.id }],
    ['terminal.share', { id: terminals.theoSea.id, minutes: 5 }],
  ]
  for (const [name, body] of acts)
    expect((await w.as('mina').tell(name, body)).status, `${name} ${JSON.stringify(body)}`).toBe(404)
  const { n } = await w.db
    .selectFrom('command')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  expect(n).toBe(Object.keys(commands).length)
})
