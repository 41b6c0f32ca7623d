import { expect, test } from 'vitest'
import { isBehind } from './use-hits.ts'

const at = (seconds: number) => new Date(seconds * 1000).toISOString()

test('a search that does not know the end of a recording is no answer yet', () => {
  expect(isBehind(at(10), null)).toBe(true)
  expect(isBehind(at(10), 10_001)).toBe(true)
  expect(isBehind(at(10), 10_000)).toBe(false)
})
