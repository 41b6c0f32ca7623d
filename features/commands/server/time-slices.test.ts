import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowestId } from '../../../base/common/id.ts'
import { slicesBetween } from './time-slices.ts'

const DAY = 86_400_000
const instant = fc.integer({
  min: Date.parse('2024-01-01T00:00:00Z'),
  max: Date.parse('2090-01-01T00:00:00Z'),
})

test('every id of the time asked for begins with one of few slices, and none from before they begin', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 21 * DAY }), share, (to, length, place) => {
      const { digits, slices, from } = slicesBetween(to - length, to)!
      expect(slices.length).toBeLessThanOrEqual(8)
      expect(from).toBeLessThanOrEqual(to - length)
      expect(slices).toContain(lowestId(Math.floor(to - place * length)).slice(0, digits))
      expect(slices).not.toContain(lowestId(from - 1).slice(0, digits))
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
