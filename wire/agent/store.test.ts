import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ReportQueue } from './report-queue.ts'
import { Memory, Store } from './store.ts'

let directory: string
const stores: Store[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-store-'))
})
afterEach(() => {
  vi.useRealTimers()
  for (const store of stores.splice(0)) store.close()
  rmSync(directory, { recursive: true })
})

function open(expected = false): Store {
  const store = Store.open(join(directory, 'agent.db'), { expected })
  stores.push(store)
  return store
}

test('changes asked for in one turn share one transaction, and tell it once', async () => {
  const store = open()
  const memory = new Memory(store)
  let commits = 0
  store.onStored(() => commits++)
  await Promise.all(Array.from({ length: 100 }, (_, i) => store.write(() => memory.set('last', String(i)))))
  expect([commits, memory.get('last')]).toEqual([1, '99'])
})

test('what a write returns is handed back once it is on disk', async () => {
  expect(await open().write(() => 42)).toBe(42)
})

test('what waits when the store is closed is written first; what comes later is refused', async () => {
  const store = open()
  const memory = new Memory(store)
  const written = store.write(() => memory.set('key', 'value'))
  store.close()
  await written
  await expect(store.write(() => {})).rejects.toThrow('closed')
  expect(new Memory(open(true)).get('key')).toBe('value')
})

test('a full disk makes changes wait, in order, and loses none', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const store = open()
  const queue = new ReportQueue(store)
  await queue.report('before', {})
  const { page_count: pages } = store.database.prepare('pragma page_count').get() as { page_count: number }
  store.database.exec(`pragma max_page_count = ${pages}`)
  const reports = Array.from({ length: 50 }, (_, i) => queue.report('during', { i, text: 'x'.repeat(1000) }))
  await new Promise((resolve) => setImmediate(resolve))
  expect(store.stuck).toBe(true)
  const late = queue.report('after', {})
  store.database.exec('pragma max_page_count = 1000000')
  vi.advanceTimersByTime(1000)
  await Promise.all([...reports, late])
  expect([store.stuck, store.waiting]).toEqual([false, 0])
  const { items } = JSON.parse(queue.batch(0)!.text) as { items: { n: number; kind: string }[] }
  expect(items.map(({ n }) => n)).toEqual(Array.from({ length: 52 }, (_, i) => i + 1))
  expect(items.at(-1)!.kind).toBe('after')
})

test('a damaged file is put aside whole and named, and a new one is begun', () => {
  const garbage = 'garbage '.repeat(1000)
  writeFileSync(join(directory, 'agent.db'), garbage)
  const store = open(true)
  expect(store.damage).toContain('damaged')
  const kept = readdirSync(directory).find((name) => name.startsWith('damaged-'))!
  expect(readFileSync(join(directory, kept), 'utf8')).toBe(garbage)
})

test('a missing file is damage where one was expected, and nothing where none was', () => {
  expect(open(true).damage).toContain('missing')
  rmSync(join(directory, 'agent.db'))
  stores.pop()!.close()
  expect(open(false).damage).toBeNull()
})
