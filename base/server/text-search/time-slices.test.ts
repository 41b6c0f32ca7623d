import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slicesBetween } from './time-slices.ts'

const DAY = 86_400_000
const instant = fc.integer({
  min: Date.parse('2024-01-01T00:00:00Z'),
  max: Date.parse('2090-01-01T00:00:00Z'),
})

test('every millisecond of the time asked for is in one of few slices, and none from before they begin', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 21 * DAY }), share, (to, length, place) => {
      const { bits, slices, from } = slicesBetween(to - length, to)!
      expect(slices.length).toBeLessThanOrEqual(8)
      expect(from).toBeLessThanOrEqual(to - length)
      expect(slices).toContain(Math.floor(Math.floor(to - place * length) / 2 ** bits))
      expect(slices).not.toContain(Math.floor((from - 1) / 2 ** bits))
    }),
  )
})

test('a longer time is not divided', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 26 * DAY, max: 9000 * DAY }), (to, length) => {
      expect(slicesBetween(to - length, to)).toBeUndefined()
    }),
  )
})
