import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowestId } from '../../../base/common/id.ts'
import { slicesBetween } from '../../../base/server/text-search/time-slices.ts'
import { idSlices, idSliceWidths } from './time-slices.ts'

test('every id of a slice begins as it says, and none of the time before does', () => {
  const instant = fc.integer({
    min: Date.parse('2024-01-01T00:00:00Z'),
    max: Date.parse('2090-01-01T00:00:00Z'),
  })
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 21 * 86_400_000 }), (to, length) => {
      const slices = slicesBetween(idSliceWidths, to - length, to)!
      const { digits, beginnings } = idSlices(slices)
      expect(beginnings).toContain(lowestId(to - length).slice(0, digits))
      expect(beginnings).toContain(lowestId(to).slice(0, digits))
      expect(beginnings).not.toContain(lowestId(slices.from - 1).slice(0, digits))
    }),
  )
})
