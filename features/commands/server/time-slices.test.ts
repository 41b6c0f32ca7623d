import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowestId } from '../../../base/common/id.ts'
import { slicesBetween } from './time-slices.ts'

const YEAR = 365 * 86_400_000
const instant = fc.integer({
  min: Date.parse('2024-01-01T00:00:00Z'),
  max: Date.parse('2090-01-01T00:00:00Z'),
})

test('every id of the time asked for begins with one of the slices, back to where they begin', () => {
  fc.assert(
    fc.property(instant, fc.maxSafeNat(), fc.double({ min: 0, max: 1, noNaN: true }), (to, length, share) => {
      const from = to - (length % (3 * YEAR))
      const { digits, slices, from: begin } = slicesBetween(from, to)
      const at = Math.floor(Math.max(from, begin) + share * (to - Math.max(from, begin)))
      expect(slices).toContain(lowestId(at).slice(0, digits))
      expect(slices).not.toContain(lowestId(begin - 1).slice(0, digits))
    }),
  )
})

test('they are few, and reach back as far as asked up to a year', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: YEAR - 60 * 86_400_000 }), (to, length) => {
      const { slices, from } = slicesBetween(to - length, to)
      expect(slices.length).toBeLessThanOrEqual(8)
      expect(from).toBeLessThanOrEqual(to - length)
    }),
  )
})
