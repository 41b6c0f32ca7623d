import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSealed, rawPublicKey, sealTo } from './sealed.ts'

const { privateKey, publicKey } = generateKeyPairSync('x25519')
const recipient = rawPublicKey(publicKey).toString('base64')

test('whatever is sealed to a key opens with it, unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.string(), (plain, context) => {
      expect(Buffer.from(openSealed(privateKey, sealTo(recipient, plain, context), context))).toEqual(
        Buffer.from(plain),
      )
    }),
    { numRuns: 50 },
  )
})

test('a message opens for its own context only', () => {
  const sealed = sealTo(recipient, Buffer.from('secret'), 'command a')
  expect(() => openSealed(privateKey, sealed, 'command b')).toThrow()
})

test('another key does not open it', () => {
  const sealed = sealTo(recipient, Buffer.from('secret'), '')
  expect(() => openSealed(generateKeyPairSync('x25519').privateKey, sealed, '')).toThrow()
})

test('no bit of a message can be changed', () => {
  const sealed = Buffer.from(sealTo(recipient, Buffer.from('secret'), 'c'), 'base64')
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      // The highest bit of an X25519 key is ignored by definition, so the key itself is bound into the derivation.
      const changed = Buffer.from(sealed)
      changed[at] = changed[at]! ^ (1 << bit)
      expect(() => openSealed(privateKey, changed.toString('base64'), 'c')).toThrow()
    }),
  )
})

test('the same secret never looks the same', () => {
  const seals = Array.from({ length: 20 }, () => sealTo(recipient, Buffer.from('secret'), ''))
  expect(new Set(seals).size).toBe(20)
})

test('random text is refused, not misread', () => {
  fc.assert(
    fc.property(fc.base64String({ maxLength: 400 }), (text) => {
      expect(() => openSealed(privateKey, text, '')).toThrow()
    }),
  )
})

test('a key of another length is refused', () => {
  expect(() => sealTo(Buffer.alloc(31).toString('base64'), Buffer.alloc(1), '')).toThrow(RangeError)
})

test('the fixture of the first version opens', () => {
  const fixture = JSON.parse(readFileSync(new URL('./fixtures/sealed.json', import.meta.url), 'utf8'))
  const key = createPrivateKey({
    key: Buffer.from(fixture.privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  })
  expect(Buffer.from(openSealed(key, fixture.sealed, fixture.context)).toString()).toBe(fixture.plain)
})
