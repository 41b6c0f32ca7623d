import { expect, test } from 'vitest'
import { servers } from '../../../seed/machines.ts'
import { world } from '../../../seed/world.ts'

interface Row {
  id: number
  at: string
  action: string
}

test('rows of an hour of the week are those the heat map counts, page by page', async () => {
  await using w = await world()
  for (let n = 0; n < 5; n++) await w.as('ada').tell('group.create', { name: `Harbour ${n}` })
  await w.followed()
  const { body } = await w.as('ada').ask('activity.list', { limit: 1 })
  const at = Date.parse((body.items as Row[])[0]!.at)
  const range = {
    from: new Date(at - 40 * 86_400_000).toISOString(),
    to: new Date(at + 3_600_000).toISOString(),
  }
  const timeZone = 'Asia/Seoul'
  const { body: series } = await w.as('ada').ask('activity.series', { by: 'hour', ...range, timeZone })
  expect(series.heat.length).toBeGreaterThan(0)
  for (const { weekday, hour, n } of series.heat as { weekday: number; hour: number; n: number }[]) {
    const found: number[] = []
    let cursor: string | null = null
    do {
      const answer = await w.as('ada').ask('activity.list', {
        ...range,
        limit: 2,
        timeZone,
        hourOfWeek: (weekday - 1) * 24 + hour,
        ...(cursor === null ? {} : { cursor }),
      })
      expect(answer.status).toBe(200)
      found.push(...(answer.body.items as Row[]).map(({ id }) => id))
      cursor = answer.body.next
    } while (cursor !== null)
    expect(new Set(found).size).toBe(n)
    expect(found).toHaveLength(n)
    const other = (weekday - 1) * 24 + ((hour + 12) % 24)
    const none = await w.as('ada').ask('activity.list', { ...range, timeZone, hourOfWeek: other })
    expect(none.body.items).toEqual([])
  }
  const without = await w.as('ada').ask('activity.list', { hourOfWeek: 3 })
  expect(without).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
})

test('rows of a server are those that had to do with it, and a member sees their own of them', async () => {
  await using w = await world({ machines: true })
  await w.as('ada').tell('command.submit', { serverIds: [servers.sea.id, servers.sky.id], line: 'id' })
  await w.as('mina').tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })
  await w.followed()
  const count = async (who: 'ada' | 'mina', serverId: string) =>
    (await w.as(who).ask('activity.list', { serverId })).body.items.length
  expect([await count('ada', servers.sea.id), await count('ada', servers.sky.id)]).toEqual([2, 1])
  expect([await count('mina', servers.sea.id), await count('mina', servers.sky.id)]).toEqual([1, 0])
})

test('a single sign-on that came to nothing is a sign-in that failed', async () => {
  await using w = await world()
  await w.anonymous.ask('auth.single-sign-on-callback', { state: 'x', code: 'y' })
  await w.followed()
  const { body } = await w.as('ada').ask('activity.list', { limit: 1 })
  const [row] = body.items as Row[]
  expect(row?.action).toBe('auth.single-sign-on-callback')
  const at = Date.parse(row!.at)
  for (const width of [3_600_000, 10 * 3_600_000]) {
    const range = { from: new Date(at - width).toISOString(), to: new Date(at + 60_000).toISOString() }
    const series = await w.as('ada').ask('activity.series', { by: 'sign-in', ...range })
    expect(series.body.total).toEqual({ succeeded: 0, failed: 1 })
  }
})

test('a member’s charts of a range of many pieces are answered', async () => {
  await using w = await world({ machines: true })
  await w.as('mina').tell('command.submit', { serverIds: [servers.sea.id], line: 'id' })
  await w.followed()
  const { body } = await w.as('mina').ask('activity.list', { limit: 1 })
  const at = Date.parse((body.items as Row[])[0]!.at)
  const range = {
    from: new Date(at - 400.3 * 86_400_000).toISOString(),
    to: new Date(at + 3_600_000).toISOString(),
  }
  for (const by of ['hour', 'action', 'person', 'server', 'sign-in']) {
    const series = await w.as('mina').ask('activity.series', { by, ...range })
    expect(series.status, by).toBe(200)
    if (by !== 'sign-in') expect(series.body.total.succeeded, by).toBe(1)
  }
})
