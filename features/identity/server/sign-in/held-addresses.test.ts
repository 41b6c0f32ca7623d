import { expect, test } from 'vitest'
import { HeldAddresses } from './held-addresses.ts'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000)

test('an address is held as long as was said, and asked for again after ten seconds at the latest', () => {
  const held = new HeldAddresses()
  expect(held.secondsOf('203.0.113.7', 'mina', at(0))).toBe(0)
  held.keep('203.0.113.7', 4, [], at(0))
  expect(held.secondsOf('203.0.113.7', 'mina', at(1))).toBe(3)
  expect(held.secondsOf('203.0.113.8', 'mina', at(1))).toBe(0)
  expect(held.secondsOf('203.0.113.7', 'mina', at(4))).toBe(0)
  held.keep('203.0.113.7', 900, [], at(10))
  expect(held.secondsOf('203.0.113.7', 'mina', at(19))).toBe(891)
  expect(held.secondsOf('203.0.113.7', 'mina', at(20))).toBe(0)
})

test('however many addresses there are, the newest ten thousand are kept', () => {
  const held = new HeldAddresses()
  for (let n = 0; n < 10_001; n++) held.keep(`address ${n}`, 60, [], at(0))
  expect(held.secondsOf('address 0', 'mina', at(1))).toBe(0)
  expect(held.secondsOf('address 1', 'mina', at(1))).toBe(59)
})

test('whoever is known at an address is asked for in the database; of an address of very many nothing is kept', () => {
  const held = new HeldAddresses()
  held.keep('203.0.113.7', 60, ['mina'], at(0))
  expect(held.secondsOf('203.0.113.7', 'mina', at(1))).toBe(0)
  expect(held.secondsOf('203.0.113.7', 'theo', at(1))).toBe(59)
  expect(held.isKept('203.0.113.7')).toBe(true)
  held.keep(
    '203.0.113.8',
    60,
    Array.from({ length: 101 }, (_, n) => `person ${n}`),
    at(0),
  )
  expect(held.secondsOf('203.0.113.8', 'theo', at(1))).toBe(0)
})
