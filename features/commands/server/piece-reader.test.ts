import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePiece, type Piece, PieceReader } from './piece-reader.ts'

const date = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((at) => new Date(at))
const text = fc.record({
  track: fc.constantFrom(1 as const, 2 as const),
  at: date,
  bytes: fc.uint8Array({ maxLength: 300 }),
})
const gap = fc.record({ at: date, skipped: fc.nat() }).map(({ at, skipped }): Piece => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(skipped))
  return { track: 9, at, bytes, skipped }
})
const plain = (pieces: readonly Piece[]) =>
  pieces.map(({ track, at, bytes, skipped }) => ({ track, at: at.getTime(), bytes: [...bytes], skipped }))

test('pieces come out as they went in, however the stream is torn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(text, gap), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 200 })),
      (pieces, cuts) => {
        const stream = Buffer.concat(pieces.map(encodePiece))
        const reader = new PieceReader(0)
        const out: Piece[] = []
        let at = 0
        for (const cut of [...cuts, stream.length]) {
          out.push(...reader.push(stream.subarray(at, at + cut)))
          at = Math.min(stream.length, at + cut)
          expect(reader.takenBytes).toBe(at)
        }
        expect(plain(out)).toEqual(plain(pieces))
        expect(reader.wholeBytes).toBe(stream.length)
      },
    ),
  )
})

describe('what cannot be an output stream', () => {
  test('is refused, and never makes the reader hold more than one piece', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        const reader = new PieceReader(0)
        try {
          reader.push(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
        expect(reader.takenBytes - reader.wholeBytes).toBeLessThanOrEqual(1024 * 1024 + 13)
      }),
    )
  })

  test.each([
    ['an unknown track', [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a length beyond any piece', [1, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]],
    ['a gap of the wrong size', [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5]],
  ])('%s', (_what, bytes) => {
    expect(() => new PieceReader(0).push(Uint8Array.from(bytes))).toThrow(RangeError)
  })
})
