import { expect, test } from 'vitest'
import { clientAddress, trustedProxies } from './address.ts'

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
