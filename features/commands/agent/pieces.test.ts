import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PIECE_HEADER_BYTES } from '../common/wire.ts'
import { gapPiece, pieceHeader, sumPieces } from './pieces.ts'

const fixtures = JSON.parse(
  readFileSync(new URL('../../../wire/fixtures/pieces.json', import.meta.url), 'utf8'),
)

const sum = (bytes: Uint8Array) =>
  sumPieces(bytes.length, (offset, length) => bytes.subarray(offset, offset + length))

interface FixturePiece {
  readonly track: number
  readonly at: number
  readonly textHex?: string
  readonly droppedBytes?: number
}

test('every fixture is written as it is, and is whole', () => {
  for (const { hex, pieces } of Object.values(fixtures.valid) as { hex: string; pieces: FixturePiece[] }[]) {
    const written = pieces.map(({ track, at, textHex, droppedBytes }) => {
      if (droppedBytes !== undefined) return gapPiece(droppedBytes, at)
      const text = Buffer.from(textHex!, 'hex')
      return Buffer.concat([pieceHeader(track, at, text.length), text])
    })
    expect(Buffer.concat(written).toString('hex')).toBe(hex)
    expect(sum(Buffer.from(hex, 'hex')).wholeBytes).toBe(hex.length / 2)
  }
})

test('a torn end is told from what is whole', () => {
  for (const { hex, wholeBytes } of Object.values(fixtures.torn) as { hex: string; wholeBytes: number }[]) {
    expect(sum(Buffer.from(hex, 'hex')).wholeBytes).toBe(wholeBytes)
  }
})

test('what is no piece is not counted', () => {
  for (const hex of Object.values(fixtures.invalid) as string[]) {
    expect(sum(Buffer.from(hex, 'hex')).wholeBytes).toBe(0)
  }
})

test('cut anywhere, everything up to the last whole piece is found', () => {
  const piece = fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 }))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(), (pieces, at) => {
      const parts = pieces.map(([track, text]) => Buffer.concat([pieceHeader(track, 7, text.length), text]))
      const whole = Buffer.concat(parts)
      const cut = whole.length === 0 ? 0 : at % (whole.length + 1)
      let expected = 0
      for (const part of parts)
        if (expected + part.length <= cut) expected += part.length
        else break
      expect(sum(whole.subarray(0, cut)).wholeBytes).toBe(expected)
    }),
  )
})

test('random bytes never make it read beyond their end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const sums = sum(bytes)
      expect(sums.wholeBytes).toBeLessThanOrEqual(bytes.length)
      expect(sums.stdoutBytes + sums.stderrBytes).toBeLessThanOrEqual(bytes.length)
    }),
  )
  expect(PIECE_HEADER_BYTES).toBe(13)
})
