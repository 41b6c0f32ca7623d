import { expect, test } from 'vitest'
import { isOwnOrigin } from './origin.ts'

test.each([
  ['https://annals.example', true],
  ['https://annals.example:443', false],
  ['http://annals.example', false],
  ['https://evil.annals.example', false],
  ['https://annals.example:8443', false],
  ['https://annals.example.evil', false],
  ['null', false],
  ['', false],
  ['https://annals.example/', false],
])('with a public address, %s is its own: %s', (origin, own) => {
  expect(isOwnOrigin(origin, { publicUrl: 'https://annals.example', host: 'annals.example' })).toBe(own)
})

test.each([
  ['http://127.0.0.1:7300', '127.0.0.1:7300', true],
  ['http://localhost:7300', 'localhost:7300', true],
  ['http://[::1]:7300', '[::1]:7300', true],
  ['http://127.0.0.1:7301', '127.0.0.1:7300', false],
  ['http://rebound.example:7300', 'rebound.example:7300', false],
])('without one, %s asking %s is its own: %s', (origin, host, own) => {
  expect(isOwnOrigin(origin, { publicUrl: undefined, host })).toBe(own)
})
