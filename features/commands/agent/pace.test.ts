import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OUTPUT_KEPT_BYTES } from '../common/wire.ts'
import { PACE_BYTES_PER_SECOND, Pace } from './pace.ts'

const chunk = 64 * 1024

test('what is kept of an output may come at once', () => {
  const pace = new Pace()
  for (let taken = 0; taken < OUTPUT_KEPT_BYTES; taken += chunk) expect(pace.take(chunk, 0)).toBe(0)
})

test('whoever waits as told never reads faster than the pace, whatever comes when', () => {
  const reads = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 64 * chunk }), idle: fc.nat(50) }), {
    maxLength: 300,
  })
  fc.assert(
    fc.property(reads, (all) => {
      const pace = new Pace()
      let now = 0
      let total = 0
      for (const { bytes, idle } of all) {
        now += idle
        total += bytes
        now += pace.take(bytes, now)
        const allowed = OUTPUT_KEPT_BYTES + ((now + 4) * PACE_BYTES_PER_SECOND) / 1000
        expect(total).toBeLessThanOrEqual(Math.ceil(allowed))
      }
    }),
  )
})

test('beyond what is kept, a gigabyte takes as long as the pace says', () => {
  const pace = new Pace()
  let now = 0
  for (let total = 0; total < 1024 ** 3; total += chunk) now += pace.take(chunk, now)
  expect(now / 1000).toBeCloseTo((1024 ** 3 - OUTPUT_KEPT_BYTES) / PACE_BYTES_PER_SECOND, 1)
})

test('a slow output is never held up, and one that was fast may be again after a rest', () => {
  const pace = new Pace()
  for (let at = 0; at < 100_000; at += 10) expect(pace.take(chunk, at)).toBe(0)
  for (let total = 0; total < 2 * OUTPUT_KEPT_BYTES; total += chunk) pace.take(chunk, 100_000)
  expect(pace.take(chunk, 100_000)).toBeGreaterThan(0)
  expect(pace.take(chunk, 105_000)).toBe(0)
})
