import { expect, test } from 'vitest'
import { baseFaults } from '../common/fault.ts'
import { type Actor, anonymous } from './actor.ts'
import type { Caller } from './call.ts'
import { openFailures } from './failures.ts'
import type { Entry } from './journal/entry.ts'

const mina: Actor = {
  ...anonymous,
  id: '01900000-0000-7000-8000-000000000003',
  name: 'Mina Park',
  kind: 'person',
  role: 'member',
}
const from = (actor: Actor, address: string, action = 'command.read'): Caller => ({
  actor,
  request: { id: crypto.randomUUID(), address, client: 'test', action },
})
const missing = () => baseFaults['request.not_found']('command')

function open(limits?: { each?: number; all?: number; tallies?: number }) {
  const written: Entry[] = []
  const state = { clock: Date.parse('2026-08-03T09:00:00Z'), works: true, transactions: 0 }
  const db = {
    transaction: () => ({
      execute: async (work: (tx: unknown) => Promise<void>) => {
        state.transactions++
        if (!state.works) throw new Error('the database is away')
        await work({})
      },
    }),
  } as never
  const failures = openFailures({
    db,
    writeEntries: async (_tx, entries) => void written.push(...entries),
    sealSoon: () => {},
    now: () => new Date(state.clock),
    log: { error: () => {} },
    ...(limits && { limits }),
  })
  const times = () => written.reduce((sum, { data }) => sum + ((data as { times?: number }).times ?? 1), 0)
  return { failures, written, state, times }
}

test('a flood leaves twenty entries and one that counts the rest: nothing is lost, nothing fills up', async () => {
  const { failures, written, state, times } = open()
  for (let n = 0; n < 1254; n++) await failures.record(from(mina, '10.0.0.1'), missing())
  expect(written).toHaveLength(20)
  state.clock += 60_000
  await failures.flush()
  expect(written).toHaveLength(21)
  expect(written.at(-1)).toMatchObject({
    kind: 'request.failed',
    actor: { id: mina.id },
    data: { endpoint: 'command.read', status: 404, times: 1234 },
    request: { action: 'command.read', status: 404 },
  })
  expect(times()).toBe(1254)
})

test('each caller, endpoint and fault has its own share, and the next minute begins anew', async () => {
  const { failures, written, state } = open({ each: 2 })
  const thrice = async (caller: Caller) => {
    for (let n = 0; n < 3; n++) await failures.record({ ...caller }, missing())
  }
  await thrice(from(mina, '10.0.0.1'))
  await thrice(from(mina, '10.0.0.1', 'server.read'))
  await thrice(from(anonymous, '10.0.0.1'))
  await thrice(from(anonymous, '10.0.0.2'))
  expect(written).toHaveLength(8)
  state.clock += 60_000
  await thrice(from(mina, '10.0.0.1'))
  await failures.stop()
  // Four counts of the first minute, two entries and one count of the second.
  expect(written).toHaveLength(8 + 4 + 3)
})

test('a flood from anywhere leaves room for those who are signed in, and is counted to the last', async () => {
  const { failures, written, times } = open({ each: 2, all: 10, tallies: 20 })
  for (let n = 0; n < 500; n++) await failures.record(from(anonymous, `10.0.${n % 250}.1`), missing())
  await failures.record(from(mina, '10.0.0.1'), baseFaults['request.forbidden']())
  expect(written).toHaveLength(11)
  expect(written.at(-1)).toMatchObject({ kind: 'request.denied', data: { role: 'member' } })
  await failures.stop()
  expect(times()).toBe(501)
  expect(written.length).toBeLessThan(40)
})

test('those who fail at the same time share a transaction', async () => {
  const { failures, written, state } = open({ each: 1000 })
  await Promise.all(Array.from({ length: 300 }, () => failures.record(from(mina, '10.0.0.1'), missing())))
  expect(written).toHaveLength(300)
  expect(state.transactions).toBeLessThanOrEqual(2)
})

test('a database that is away turns no refusal into an error, and is told when it is back', async () => {
  const { failures, written, state } = open()
  state.works = false
  await failures.record(from(mina, '10.0.0.1'), missing())
  expect(written).toEqual([])
  state.works = true
  await failures.flush()
  expect(written).toHaveLength(1)
})

test('of a request only a uuid called id is kept, and of a fault no word that was filled in', async () => {
  const { failures, written } = open()
  const id = '01900000-0000-7000-8000-00000000000a'
  const secret = 'swordfish-in-the-wrong-field'
  await failures.record(from(mina, '10.0.0.1'), missing(), { id, text: secret })
  await failures.record(from(mina, '10.0.0.1'), baseFaults['request.invalid'](secret), {
    id: secret,
    [secret]: 1,
  })
  await failures.record(from(mina, '10.0.0.1'), baseFaults['request.too_many'](7), secret)
  expect(JSON.stringify(written)).not.toContain(secret)
  expect(written.map(({ data }) => data)).toMatchObject([
    { objectId: id, message: 'There is no such …, or it is not yours to see.' },
    { message: 'That request does not make sense: …' },
    { message: 'Too many requests. Wait 7 s and send it again.' },
  ])
})
