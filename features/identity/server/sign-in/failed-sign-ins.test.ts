import { expect, test } from 'vitest'
import type { Entry } from '../../../../base/server/journal/entry.ts'
import { FailedSignIns } from './failed-sign-ins.ts'

const start = Date.parse('2026-08-03T09:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)

function open() {
  const written: Entry[] = []
  const state = { works: true, entries: 0, failures: 0 }
  const failed = new FailedSignIns({
    db: {
      transaction: () => ({
        execute: async (work: (tx: unknown) => Promise<void>) => {
          if (!state.works) throw new Error('the database is away')
          await work({})
        },
      }),
    } as never,
    writeEntry: async (_tx, entry) => void written.push(entry),
    sealSoon: () => {},
    log: { error: () => void state.failures++ },
  })
  const fail = (address: string, username: string | undefined, seconds: number) => {
    if (failed.isEntry({ address, username, now: at(seconds) })) state.entries++
  }
  const timesWritten = () => written.reduce((sum, { data }) => sum + (data as { times: number }).times, 0)
  return { failed, fail, written, state, timesWritten }
}

test('a flood of a minute is twenty entries of its address and one that says how many more there were', async () => {
  const { failed, fail, written, state } = open()
  for (let n = 0; n < 12_000; n++)
    fail('203.0.113.7', n % 4 === 0 ? 'mina' : n % 4 === 1 ? 'theo' : undefined, n / 200)
  expect(state.entries).toBe(20)
  await failed.flush(at(59.99))
  expect(written).toEqual([])
  await failed.flush(at(60))
  expect(written).toMatchObject([
    {
      kind: 'auth.sign-ins-failed',
      at: at(60),
      request: { action: 'auth.sign-in', status: 401 },
      data: {
        ...{ times: 11_980, addresses: 1, people: 2, lockOuts: 0 },
        ...{ firstAt: at(0.1).toISOString(), lastAt: at(59.995).toISOString() },
        addressesMost: [{ address: '203.0.113.7', times: 11_980 }],
        peopleMost: [
          { username: 'mina', times: 2995 },
          { username: 'theo', times: 2995 },
        ],
      },
    },
  ])
})

test('of very many addresses two hundred entries are kept a minute, and every other one is counted', async () => {
  const { failed, fail, written, state, timesWritten } = open()
  for (let n = 0; n < 3000; n++) fail(`2001:db8:${n.toString(16)}::1`, undefined, 30)
  expect(state.entries).toBe(200)
  // The next minute begins anew, whether anybody looked in between or not.
  for (let n = 0; n < 30; n++) fail('203.0.113.7', 'mina', 70)
  expect(state.entries).toBe(220)
  await failed.flush(at(75), 'everything')
  expect(written.map(({ data }) => (data as { addresses: number }).addresses)).toEqual([2800, 1])
  expect(state.entries + timesWritten()).toBe(3030)
})

test('who has to wait is an entry sixty times a minute, and counted after that', async () => {
  const { failed, written } = open()
  const entries = Array.from({ length: 100 }, () => failed.isLockOutEntry(at(1))).filter(Boolean)
  expect(entries).toHaveLength(60)
  await failed.flush(at(60))
  expect(written).toMatchObject([{ data: { times: 0, lockOuts: 40 } }])
})

test('what the database did not take is written when it is back', async () => {
  const { failed, fail, written, state, timesWritten } = open()
  for (let n = 0; n < 25; n++) fail('203.0.113.7', 'mina', 1)
  state.works = false
  await failed.flush(at(60))
  expect(state.failures).toBe(1)
  for (let n = 0; n < 27; n++) fail('203.0.113.7', 'mina', 61)
  state.works = true
  await failed.flush(at(120))
  expect(written).toHaveLength(2)
  expect(timesWritten()).toBe(12)
})
