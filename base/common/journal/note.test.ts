import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64, toBase64, toUtf8 } from './bytes.ts'
import { checkpointText, parseCheckpoint, splitNotes } from './checkpoint.ts'
import {
  formatNote,
  formatVerifierKey,
  parseNote,
  parseVerifierKey,
  signersOf,
  type VerifySignature,
  verifierKey,
} from './note.ts'

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')
const verifySignature: VerifySignature = (bytes, message, signature) => {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes])
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
}
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = verifierKey(sha256, 'annals/test', publicKey.export({ format: 'der', type: 'spki' }).subarray(12))
const signed = (text: string) =>
  formatNote({
    text,
    signatures: [{ name: key.name, keyId: key.id, signature: sign(null, toUtf8(text), privateKey) }],
  })
const checkpoint = (size: number) =>
  signed(checkpointText({ origin: 'annals/test', size, root: sha256(Uint8Array.of(size & 255)) }))
const isSigned = (note: string) => signersOf(parseNote(note), [key], verifySignature).length === 1

test('bytes survive base64 and UTF-8 as Node writes them', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, text) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(toBase64(bytes))).toEqual(bytes)
      expect(Buffer.from(toUtf8(text))).toEqual(Buffer.from(text))
    }),
  )
})

test('base64 has one spelling', () => {
  for (const text of ['QQ', 'QR==', 'QQ=', 'QQ==\n', 'Q===', '====', 'QQ==QQ==', 'Q-==']) {
    expect(() => fromBase64(text), text).toThrow()
  }
})

test('the example key of the signed-note specification is read and written', () => {
  const text = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  expect(formatVerifierKey(parseVerifierKey(sha256, text))).toBe(text)
  expect(() => parseVerifierKey(sha256, text.replace('c74f', 'c74e'))).toThrow()
  const note =
    'If you think cryptography is the answer to your problem,\nthen you don\u2019t know what your problem is.\n\n' +
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
  const neumann = parseVerifierKey(sha256, text)
  expect(signersOf(parseNote(note.replace('\u2019', "'")), [neumann], verifySignature)).toEqual([neumann])
})

test('a checkpoint comes back as it went in', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, root) => {
      const note = signed(checkpointText({ origin: 'annals/test', size, root }))
      expect(parseCheckpoint(note)).toMatchObject({ origin: 'annals/test', size, root })
      expect(isSigned(note)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('no bit of a signed note can be turned', () => {
  const bytes = Buffer.from(checkpoint(1234))
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const bent = Buffer.from(bytes)
    bent[bit >> 3]! ^= 1 << (bit & 7)
    const holds = () => {
      try {
        return isSigned(bent.toString('utf8'))
      } catch {
        return false
      }
    }
    expect(holds(), `bit ${bit}`).toBe(false)
  }
})

test('text that is not exactly a checkpoint is refused, never misread', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(400), (junk, at) => {
      const note = checkpoint(7)
      const place = Math.min(at, note.length)
      for (const text of [junk, note.slice(0, place) + junk + note.slice(place)]) {
        try {
          const parsed = parseCheckpoint(text)
          if (signersOf(parsed.note, [key], verifySignature).length > 0) expect(parsed.size).toBe(7)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }
    }),
  )
  for (const size of ['01', '-1', '1e3', '9007199254740993', '']) {
    expect(() => parseCheckpoint(signed(`annals/test\n${size}\n${toBase64(sha256(toUtf8('')))}\n`))).toThrow()
  }
})

test('a file of several notes gives each of them', () => {
  const notes = [checkpoint(1), checkpoint(2), checkpoint(3)]
  expect(splitNotes(notes.join(''))).toEqual(notes)
  expect(splitNotes(notes.join('\n'))).toEqual(notes)
  expect(splitNotes(`\n\n${notes.join('\n\n')}\n\n`)).toEqual(notes)
})
