import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePiece, PieceReader, PieceTrack } from '../../common/piece.ts'
import { SEGMENT_BYTES_MAX, SEGMENT_MILLISECONDS_MAX, Segmenter } from './segmenter.ts'

const told = fc.array(
  fc.record({
    track: fc.constantFrom(PieceTrack.output, PieceTrack.input, PieceTrack.resize),
    delta: fc.oneof(fc.nat(50), fc.nat(30_000)),
    bytes: fc.oneof(fc.nat(40), fc.nat(16_384)),
  }),
  { maxLength: 60 },
)

test('segments are the stream, whole and in order, each within its bounds, and their hashes are of its bytes', () => {
  fc.assert(
    fc.property(told, fc.array(fc.nat(50_000)), (list, cuts) => {
      let at = 0
      const stream = Buffer.concat(
        list.map(({ track, delta, bytes }) => {
          const piece = encodePiece({ track, at: at + delta, content: Buffer.alloc(bytes, 7) }, at)
          at += delta
          return piece
        }),
      )
      const segmenter = new Segmenter(new PieceReader(), { no: 0, startOffset: 0, fromMilliseconds: 0 })
      const segments = []
      let from = 0
      for (const cut of [...cuts, stream.length]) {
        const to = Math.min(stream.length, from + cut)
        segments.push(...segmenter.take(stream.subarray(from, to)).closed)
        from = to
      }
      const last = segmenter.cut()
      if (last) segments.push(last)

      let offset = 0
      let milliseconds = 0
      for (const [no, segment] of segments.entries()) {
        const bytes = stream.subarray(offset, offset + segment.length)
        expect(segment).toMatchObject({ no, startOffset: offset, fromMilliseconds: milliseconds })
        expect(segment.sha256.equals(createHash('sha256').update(bytes).digest())).toBe(true)
        expect(segment.length).toBeLessThanOrEqual(SEGMENT_BYTES_MAX)
        const pieces = new PieceReader().read(bytes).length
        if (pieces > 1)
          expect(segment.toMilliseconds - segment.fromMilliseconds).toBeLessThanOrEqual(
            SEGMENT_MILLISECONDS_MAX,
          )
        offset += segment.length
        milliseconds = segment.toMilliseconds
      }
      expect(offset).toBe(stream.length)
    }),
    { numRuns: 60 },
  )
})

test('a segmenter that goes on after a cut gives the same hashes as one that never stopped', () => {
  const pieces = Array.from({ length: 40 }, (_, index) => ({
    track: PieceTrack.output,
    at: index * 700,
    content: Buffer.alloc(5000, index),
  }))
  const stream = Buffer.concat(
    pieces.map((piece, index) => encodePiece(piece, index === 0 ? 0 : pieces[index - 1]!.at)),
  )
  const whole = new Segmenter(new PieceReader(), { no: 0, startOffset: 0, fromMilliseconds: 0 })
  const { closed } = whole.take(stream)
  const { no, startOffset, fromMilliseconds } = closed.at(-1)!
  const again = new Segmenter(new PieceReader({ at: fromMilliseconds, offset: startOffset }), {
    no,
    startOffset,
    fromMilliseconds,
  })
  expect(again.take(stream.subarray(startOffset)).closed[0]).toEqual(closed.at(-1))
})
