import { expect, test } from 'vitest'
import { IdleLimit } from './idle-limit.ts'

const SECOND = 1000

/** What is said, second by second. */
function said(limit: IdleLimit, from: number, seconds: number): [second: number, left: number][] {
  const all: [number, number][] = []
  for (let second = from; second <= from + seconds; second++) {
    const left = limit.check(second * SECOND)
    if (left !== undefined) all.push([second, left])
    if (left === 0) break
  }
  return all
}

test.each([
  { minutes: 1, warnedAt: 45, left: 15 },
  { minutes: 2, warnedAt: 90, left: 30 },
  { minutes: 4, warnedAt: 180, left: 60 },
  { minutes: 30, warnedAt: 29 * 60, left: 60 },
])('after $minutes idle minutes it is over, and $left seconds before that it is said once', (limit) => {
  const { minutes, warnedAt, left } = limit
  expect(said(new IdleLimit(minutes, 0), 0, minutes * 60)).toEqual([
    [warnedAt, left],
    [minutes * 60, 0],
  ])
})

test('whoever types takes the warning back, and has all of the time again', () => {
  const limit = new IdleLimit(1, 0)
  expect(limit.typed(30 * SECOND)).toBe(false)
  expect(said(limit, 31, 50)).toEqual([[75, 15]])
  expect(limit.typed(82 * SECOND)).toBe(true)
  expect(limit.typed(83 * SECOND)).toBe(false)
  expect(said(limit, 84, 60)).toEqual([
    [128, 15],
    [143, 0],
  ])
})

test('without a limit it is never over', () => {
  expect(new IdleLimit(null, 0).check(Number.MAX_SAFE_INTEGER)).toBeUndefined()
})
