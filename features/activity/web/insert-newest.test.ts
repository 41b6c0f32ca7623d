import { expect, test } from 'vitest'
import { insertNewest } from './insert-newest.ts'

const row = (id: number, minute: number, word = '') => ({
  id,
  at: `2026-08-03T09:${String(minute).padStart(2, '0')}:00Z`,
  word,
})
const idsOf = (pages: { items: { id: number }[] }[]) => pages.map(({ items }) => items.map(({ id }) => id))

test('new rows come first, late ones stand where they belong, and none twice', () => {
  const pages = [{ items: [row(9, 9), row(8, 8)] }, { items: [row(7, 5), row(6, 4)] }]
  const after = insertNewest(pages, [row(10, 10), row(11, 6), row(9, 9, 'again')])
  expect(idsOf(after)).toEqual([
    [10, 9, 8],
    [11, 7, 6],
  ])
  expect(after[0]!.items[1]!.word).toBe('again')
})

test('what is older than everything read waits for its page', () => {
  const pages = [{ items: [row(9, 9), row(8, 8)] }]
  expect(idsOf(insertNewest(pages, [row(3, 3)]))).toEqual([[9, 8]])
})

test('an empty list takes whatever comes', () => {
  expect(idsOf(insertNewest([{ items: [] as ReturnType<typeof row>[] }], [row(1, 1), row(2, 2)]))).toEqual([
    [2, 1],
  ])
})
