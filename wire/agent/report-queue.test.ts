import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HoleReport, Report } from '../common/messages.ts'
import { BATCH_BYTES_MAX, BATCH_ITEMS_MAX, type QueueLimits, ReportQueue } from './report-queue.ts'
import { Store } from './store.ts'

let directory: string
let opened: Store[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-queue-'))
})
afterEach(() => {
  for (const store of opened) store.close()
  opened = []
  rmSync(directory, { recursive: true })
})

const path = () => join(directory, 'agent.db')

function open(options: { expected?: boolean; limits?: QueueLimits } = {}): {
  store: Store
  queue: ReportQueue
} {
  const store = Store.open(path(), { expected: options.expected ?? false })
  opened.push(store)
  return { store, queue: new ReportQueue(store, options.limits && { limits: options.limits }) }
}

function reopen({ store, queue }: { store: Store; queue: ReportQueue }, limits?: QueueLimits) {
  void queue
  store.close()
  return open({ expected: true, ...(limits && { limits }) })
}

/** Everything after `after`, as the server would get it. */
function all(queue: ReportQueue, after = 0): Report[] {
  const found: Report[] = []
  for (let at = after; ; ) {
    const batch = queue.batch(at)
    if (batch === undefined) return found
    found.push(...(JSON.parse(batch.text) as { items: Report[] }).items)
    at = batch.last
  }
}

const numbers = (queue: ReportQueue, after = 0) => all(queue, after).map(({ n }) => n)

test('reports are numbered from 1 without gaps, in the order they were told', async () => {
  const { queue } = open()
  await Promise.all([1, 2, 3].map((value) => queue.report('test', { value })))
  expect(all(queue).map(({ n, body }) => [n, (body as { value: number }).value])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

test('a number is never given twice, also when everything was forgotten before a restart', async () => {
  let { store, queue } = open()
  await Promise.all([queue.report('a', {}), queue.report('b', {})])
  queue.forget(2)
  await queue.close()
  expect(queue.status()).toEqual({ reports: 0, oldestAt: null })
  ;({ store, queue } = reopen({ store, queue }))
  await queue.report('c', {})
  expect(numbers(queue)).toEqual([3])
})

test('what was reported before a restart is still there after it', async () => {
  const { queue } = reopen(await withReports(3))
  expect(numbers(queue)).toEqual([1, 2, 3])
})

test('a batch stays within a thousand reports and within a mebibyte', async () => {
  const { queue } = await withReports(BATCH_ITEMS_MAX + 1)
  expect(queue.batch(0)).toMatchObject({ first: 1, last: BATCH_ITEMS_MAX })
  const big = 'x'.repeat(200_000)
  await Promise.all(Array.from({ length: 10 }, () => queue.report('big', { big })))
  for (let at = 0; ; ) {
    const batch = queue.batch(at)
    if (batch === undefined) break
    expect(batch.text.length).toBeLessThanOrEqual(BATCH_BYTES_MAX)
    at = batch.last
  }
})

test('a full queue gives up its oldest reports and says so with one hole', async () => {
  const { queue } = await withReports(105, { rows: 100, bytes: 1e9 })
  const [hole, ...rest] = all(queue)
  expect(hole).toMatchObject({ kind: 'hole', body: { from: 1, to: hole!.n } })
  expect(rest.map(({ n }) => n)).toEqual(Array.from({ length: rest.length }, (_, i) => hole!.n + 1 + i))
  expect(rest.at(-1)!.n).toBe(105)
  expect(queue.status().reports).toBeLessThanOrEqual(100)
})

test('an overflow that goes on makes the same hole longer, not more of them', async () => {
  const { queue } = await withReports(1000, { rows: 100, bytes: 1e9 })
  expect(all(queue).filter(({ kind }) => kind === 'hole')).toHaveLength(1)
  expectEveryNumberOnce(queue, 1000)
})

test('what must be kept outlives what may go', async () => {
  const { store, queue } = open({ limits: { rows: 50, bytes: 1e9 } })
  for (let i = 0; i < 10; i++) await queue.report('precious', { i }, { keep: true })
  await store.write(() => {
    for (let i = 0; i < 200; i++) queue.append('common', { i })
  })
  expect(all(queue).filter(({ kind }) => kind === 'precious')).toHaveLength(10)
  expectEveryNumberOnce(queue, 210)
})

test('a queue full of what must be kept is bounded all the same', async () => {
  const { store, queue } = open({ limits: { rows: 50, bytes: 1e9 } })
  await store.write(() => {
    for (let i = 0; i < 200; i++) queue.append('precious', { i }, { keep: true })
  })
  expect(queue.status().reports).toBeLessThanOrEqual(50)
  expectEveryNumberOnce(queue, 200)
})

test('the bound in bytes holds as the bound in rows does', async () => {
  const { store, queue } = open({ limits: { rows: 1e9, bytes: 20_000 } })
  await store.write(() => {
    for (let i = 0; i < 100; i++) queue.append('test', 'x'.repeat(1000))
  })
  expect(queue.status().reports).toBeLessThanOrEqual(20)
  expectEveryNumberOnce(queue, 100)
})

test('after damage numbering goes on behind what the server has, and begins with a hole that says why', async () => {
  const { store } = await withReports(3)
  store.close()
  writeFileSync(path(), 'this is no database, but it is long enough to look like a header of one'.repeat(100))
  const { queue } = open({ expected: true })
  await queue.report('after', {})
  expect(queue.next).toBe(0)
  expect(queue.batch(0)).toBeUndefined()
  await queue.settle(2, '2026-01-01T00:00:00.000Z')
  expect(all(queue, 2)).toMatchObject([
    { n: 3, kind: 'hole', body: { from: 3, to: 3 } },
    { n: 4, kind: 'after' },
  ])
  expect(queue.remembersSince).toBe('2026-01-01T00:00:00.000Z')
  expect(readdirSync(directory).filter((name) => name.startsWith('damaged-'))).not.toEqual([])
})

test('a queue file that is missing is damage too, but not at enrolment', async () => {
  const fresh = open()
  expect(fresh.queue.next).toBe(1)
  fresh.store.close()
  rmSync(path())
  expect(open({ expected: true }).queue.next).toBe(0)
})

test('damage is told even when the agent is restarted before it could say so', async () => {
  const first = open({ expected: true })
  await first.queue.report('one', {})
  const { queue } = reopen(first)
  expect(queue.next).toBe(0)
  await queue.settle(7)
  expect(all(queue, 7).map(({ n, kind }) => [n, kind])).toEqual([
    [8, 'hole'],
    [9, 'one'],
  ])
})

test('a server put back to an earlier state gets what is left, and a hole for what is not', async () => {
  const { queue } = await withReports(10)
  queue.forget(8)
  await queue.close()
  await queue.settle(3)
  expect(all(queue, 3)).toMatchObject([
    { n: 8, kind: 'hole', body: { from: 4, to: 8 } },
    { n: 9, kind: 'test' },
    { n: 10, kind: 'test' },
  ])
})

test('the same when nothing is left', async () => {
  const { queue } = await withReports(10)
  queue.forget(10)
  await queue.close()
  await queue.settle(3)
  expect(all(queue, 3)).toMatchObject([{ n: 10, kind: 'hole', body: { from: 4, to: 10 } }])
  await queue.report('next', {})
  expect(numbers(queue, 10)).toEqual([11])
})

test('a machine put back to an earlier state numbers its news behind what the server has', async () => {
  const { queue } = reopen(await withReports(5))
  await queue.report('news', {})
  await queue.settle(20, '2026-01-01T00:00:00.000Z')
  expect(all(queue, 20)).toMatchObject([
    { n: 21, kind: 'hole', body: { from: 21, to: 21 } },
    { n: 22, kind: 'news' },
  ])
  await queue.report('more', {})
  expect(queue.next).toBe(24)
  expect(queue.remembersSince).toBe('2026-01-01T00:00:00.000Z')
})

test('a wrong change leaves no trace and harms none that shares its transaction', async () => {
  const { store, queue } = open()
  const [good, bad, alsoGood] = await Promise.allSettled([
    queue.report('good', {}),
    store.write(() => {
      queue.append('bad', {})
      throw new Error('a mistake')
    }),
    queue.report('good', {}),
  ])
  expect([good.status, bad.status, alsoGood.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(all(queue).map(({ n, kind }) => [n, kind])).toEqual([
    [1, 'good'],
    [2, 'good'],
  ])
})

test('whatever happens in whatever order, a server gets every number once, as a report or inside a hole', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('report' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ do: fc.constant('take' as const), count: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant('restart' as const), count: fc.constant(0) }),
    fc.record({ do: fc.constant('forget' as const), count: fc.integer({ min: 0, max: 10 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const limits = { rows: 50, bytes: 1e9 }
      rmSync(path(), { force: true })
      rmSync(`${path()}-wal`, { force: true })
      let current = open({ limits })
      let given = 0
      let committed = 0
      const seen = new Set<number>()
      for (const { do: what, count } of steps) {
        if (what === 'report') {
          await Promise.all(
            Array.from({ length: count }, () => current.queue.report('r', { given: ++given })),
          )
        } else if (what === 'restart') current = reopen(current, limits)
        else if (what === 'forget') current.queue.forget(Math.max(0, committed - count))
        else {
          for (const report of all(current.queue, committed).slice(0, count)) {
            committed = take(report, committed, seen)
          }
        }
      }
      for (const report of all(current.queue, committed)) committed = take(report, committed, seen)
      expect(committed).toBe(given)
      expect(seen.size).toBe(given)
      current.store.close()
    }),
    { numRuns: 40 },
  )
})

function take({ n, kind, body }: Report, committed: number, seen: Set<number>): number {
  const from = kind === 'hole' ? (body as HoleReport).from : n
  expect(from).toBeLessThanOrEqual(committed + 1)
  for (let one = Math.max(from, committed + 1); one <= n; one++) seen.add(one)
  return n
}

function expectEveryNumberOnce(queue: ReportQueue, last: number): void {
  const seen = new Set<number>()
  let committed = 0
  for (const report of all(queue)) committed = take(report, committed, seen)
  expect([committed, seen.size]).toEqual([last, last])
}

async function withReports(count: number, limits?: QueueLimits) {
  const both = open(limits && { limits })
  await both.store.write(() => {
    for (let i = 0; i < count; i++) both.queue.append('test', { i })
  })
  return both
}
