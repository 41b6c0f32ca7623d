import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idTime, lowestId, newId } from './id.ts'

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids made one after another ascend, also when the clock steps back a little', () => {
  let time = 1_700_000_000_000
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -900, max: 900 })), (steps) => {
      // Each run starts well after the one before: the generator remembers its last millisecond.
      time += 10_000
      let last = newId(time)
      for (const step of steps) {
        time += Math.max(step, 0)
        const next = newId(time + Math.min(step, 0))
        expect(next > last).toBe(true)
        expect(next).toMatch(shape)
        last = next
      }
    }),
    { numRuns: 100 },
  )
})

test('an id lies within the range of its own millisecond', () => {
  const at = 1_800_000_000_123
  const id = newId(at)
  expect(idTime(id)).toBeGreaterThanOrEqual(at)
  expect(lowestId(at) <= id).toBe(true)
  expect(lowestId(idTime(id) + 1) > id).toBe(true)
})
