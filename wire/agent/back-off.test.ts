import { expect, test } from 'vitest'
import { backOffMilliseconds } from './back-off.ts'

test('waits double from half a second to a minute', () => {
  const longest = Array.from({ length: 10 }, (_, attempt) => backOffMilliseconds(attempt, () => 1))
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
})

test('chance decides over the upper half only', () => {
  expect(backOffMilliseconds(3, () => 0)).toBe(2000)
  expect(backOffMilliseconds(3, () => 0.5)).toBe(3000)
})

test('the thousandth attempt waits as long as the tenth', () => {
  expect(backOffMilliseconds(1000, () => 0)).toBe(30_000)
})
