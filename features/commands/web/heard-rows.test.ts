import { expect, test } from 'vitest'
import { HeardRows } from './heard-rows.ts'

const running = { id: 'a', state: 'running' }
const failed = { id: 'a', state: 'failed' }

test('an answer that was on its way gives way to what was heard meanwhile', () => {
  const heard = new HeardRows<typeof running>()
  heard.hear([failed], 20)
  expect(heard.over([running], 10)).toEqual([failed])
})

test('an answer asked for later is newer than what was heard', () => {
  const heard = new HeardRows<typeof running>()
  heard.hear([running], 10)
  expect(heard.over([failed], 20)).toEqual([failed])
})

test('what was heard long ago is forgotten, the newest saying of a row is kept', () => {
  const heard = new HeardRows<typeof running>()
  heard.hear([running], 0)
  heard.hear([{ id: 'b', state: 'running' }], 50_000)
  heard.hear([failed], 100_000)
  heard.hear([], 150_000)
  expect(heard.over([running], 0)).toEqual([failed])
  heard.hear([], 200_000)
  expect(heard.over([running], 0)).toEqual([running])
})
