import { expect, test } from 'vitest'
import { addressesIn, clientAddress, trustedProxies } from './address.ts'

const isTrusted = trustedProxies(['10.0.0.0/8', '::1'])

test('a forged X-Forwarded-For from an untrusted peer never counts', () => {
  expect(clientAddress('203.0.113.9', '1.2.3.4', isTrusted)).toBe('203.0.113.9')
  expect(clientAddress('203.0.113.9', '1.2.3.4', trustedProxies([]))).toBe('203.0.113.9')
})

test('behind trusted proxies the nearest address that is not one of them counts', () => {
  expect(clientAddress('10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', isTrusted)).toBe('203.0.113.9')
  expect(clientAddress('::ffff:10.0.0.1', '203.0.113.9', isTrusted)).toBe('203.0.113.9')
})

test('rubbish in the header stops the walk at the last real address', () => {
  expect(clientAddress('10.0.0.1', 'evil<script>, 10.0.0.3', isTrusted)).toBe('10.0.0.3')
  expect(clientAddress('10.0.0.1', '', isTrusted)).toBe('10.0.0.1')
})

test('a range that is none is refused by name', () => {
  expect(() => trustedProxies(['10.0.0/8'])).toThrow('10.0.0/8')
})

test.each([
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  '10.0.0.0/ 8',
  '/8',
  '',
  '::/129',
  'fe80::1%eth0',
  '::ffff:10.0.0.0/64',
  '10.0.0.1/0x8',
])('%j is no range', (range) =>
  expect(() => addressesIn([range])).toThrow('is not an address or a CIDR range'),
)

test.each([
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '::ffff:10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['::ffff:10.0.0.0/104'], '10.255.0.1', true],
  [['::ffff:10.0.0.1'], '10.0.0.1', true],
  [['2001:db8::/32'], '2001:db8:1::5', true],
  [['2001:db8::/32'], '2001:db9::', false],
  [['2001:db8::/32'], '10.0.0.1', false],
  [['fe80::/10'], 'fe80::1%eth0', true],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.70', false],
  [['0.0.0.0/0'], '2001:db8::1', false],
  [[], '10.0.0.1', false],
  [['10.0.0.0/8'], '', false],
] as const)('%j, asked for %s: %s', (ranges, address, isIn) =>
  expect(addressesIn(ranges)(address)).toBe(isIn),
)
