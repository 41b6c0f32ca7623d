import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unitOf } from './duration.ts'

test('a duration is shown in the widest unit that gives a whole number', () => {
  expect([604_800, 43_200, 5400, 900, 30, 90, 0].map(unitOf)).toEqual([86_400, 3600, 60, 60, 1, 1, 1])
})

test('no duration is rounded by how it is shown', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 90 * 86_400 }), (seconds) => seconds % unitOf(seconds) === 0),
  )
})
