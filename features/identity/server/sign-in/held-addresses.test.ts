import { expect, test } from 'vitest'
import { HeldAddresses } from './held-addresses.ts'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000)

test('an address is held as long as was said, and asked for again after ten seconds at the latest', () => {
  const held = new HeldAddresses()
  expect(held.secondsOf('203.0.113.7', at(0))).toBe(0)
  held.keep('203.0.113.7', 4, at(0))
  expect(held.secondsOf('203.0.113.7', at(1))).toBe(3)
  expect(held.secondsOf('203.0.113.8', at(1))).toBe(0)
  expect(held.secondsOf('203.0.113.7', at(4))).toBe(0)
  held.keep('203.0.113.7', 900, at(10))
  expect(held.secondsOf('203.0.113.7', at(19))).toBe(891)
  expect(held.secondsOf('203.0.113.7', at(20))).toBe(0)
})

test('however many addresses there are, the newest ten thousand are kept', () => {
  const held = new HeldAddresses()
  for (let n = 0; n < 10_001; n++) held.keep(`address ${n}`, 60, at(0))
  expect(held.secondsOf('address 0', at(1))).toBe(0)
  expect(held.secondsOf('address 1', at(1))).toBe(59)
})
