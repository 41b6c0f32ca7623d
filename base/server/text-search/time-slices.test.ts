import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slicesBetween } from './time-slices.ts'

const DAY = 86_400_000
const widths = [2 ** 14 * 1000, 2 ** 18 * 1000] as const
const instant = fc.integer({
  min: Date.parse('2024-01-01T00:00:00Z'),
  max: Date.parse('2090-01-01T00:00:00Z'),
})

test('every millisecond of the time asked for is in one of few slices, and none from before they begin', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 21 * DAY }), share, (to, length, place) => {
      const { width, slices, from } = slicesBetween(widths, to - length, to)!
      expect(slices.length).toBeLessThanOrEqual(8)
      expect(from).toBeLessThanOrEqual(to - length)
      expect(slices).toContain(Math.floor(Math.floor(to - place * length) / width))
      expect(slices).not.toContain(Math.floor((from - 1) / width))
    }),
  )
})

test('a longer time is not divided', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 26 * DAY, max: 9000 * DAY }), (to, length) => {
      expect(slicesBetween(widths, to - length, to)).toBeUndefined()
    }),
  )
})
