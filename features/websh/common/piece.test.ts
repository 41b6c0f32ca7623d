import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodePiece,
  maskedContent,
  PIECE_CONTENT_BYTES_MAX,
  type Piece,
  PieceReader,
  PieceTrack,
  readVarints,
  resizeContent,
} from './piece.ts'

const pieces = fc.array(
  fc.record({
    track: fc.constantFrom(...Object.values(PieceTrack)),
    delta: fc.oneof(fc.nat(2000), fc.nat(2 ** 31)),
    content: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 40 },
)

function encoded(list: readonly { track: Piece['track']; delta: number; content: Uint8Array }[]) {
  let at = 0
  const told: Piece[] = []
  const parts: Uint8Array[] = []
  for (const { track, delta, content } of list) {
    const piece = { track, at: at + delta, content }
    parts.push(encodePiece(piece, at))
    told.push(piece)
    at += delta
  }
  return { told, bytes: Buffer.concat(parts) }
}

test('pieces come back as they were told, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(400)), (list, cuts) => {
      const { told, bytes } = encoded(list)
      const reader = new PieceReader()
      const read: Piece[] = []
      let from = 0
      for (const cut of [...cuts, bytes.length]) {
        read.push(...reader.read(bytes.subarray(from, Math.min(bytes.length, from + cut))))
        from = Math.min(bytes.length, from + cut)
      }
      expect(read.map(({ track, at, content }) => ({ track, at, content: [...content] }))).toEqual(
        told.map((piece) => ({ ...piece, content: [...piece.content] })),
      )
      expect(reader.pendingBytes).toBe(0)
      expect(reader.end).toBe(bytes.length)
    }),
  )
})

test('whatever bytes arrive, the reader answers pieces or a RangeError and keeps little', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
      const reader = new PieceReader()
      try {
        for (const chunk of chunks) reader.read(chunk)
        expect(reader.pendingBytes).toBeLessThan(PIECE_CONTENT_BYTES_MAX + 20)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})

test('a clock that was set back does not make a piece older than the one before', () => {
  const reader = new PieceReader()
  const first = encodePiece({ track: 1, at: 500, content: Buffer.of(1) }, 0)
  const second = encodePiece({ track: 1, at: 200, content: Buffer.of(2) }, 500)
  expect(reader.read(Buffer.concat([first, second])).map(({ at }) => at)).toEqual([500, 500])
})

test('sizes and counts come back from their content', () => {
  expect(readVarints(resizeContent(211, 54), 2)).toEqual([211, 54])
  expect(readVarints(maskedContent(14), 1)).toEqual([14])
  expect(() => readVarints(resizeContent(211, 54), 1)).toThrow(RangeError)
})
