import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, piecesOf, widened } from './pieces.ts'

const HOUR = 3_600_000
const hour = fc.integer({ min: Date.UTC(1999, 0) / HOUR, max: Date.UTC(2060, 0) / HOUR })

test('the pieces of a range follow one another without gap or overlap, each on bounds of its own span', () => {
  fc.assert(
    fc.property(hour, fc.integer({ min: 1, max: 90_000 }), (start, hours) => {
      const [from, to] = [start * HOUR, (start + hours) * HOUR]
      const pieces = piecesOf(from, to)
      expect(pieces[0]!.from).toBe(from)
      expect(pieces.at(-1)!.to).toBe(to)
      for (const [place, piece] of pieces.entries()) {
        if (place > 0) expect(piece.from).toBe(pieces[place - 1]!.to)
        for (const edge of [piece.from, piece.to]) {
          const date = new Date(edge)
          if (piece.span > 0) expect(date.getUTCHours()).toBe(0)
          if (piece.span === 2) expect(date.getUTCDate()).toBe(1)
        }
      }
    }),
  )
})

test('ten years are read from few counts', () => {
  const widths = [HOUR, 24 * HOUR, 28 * 24 * HOUR]
  const read = piecesOf(Date.UTC(2016, 4, 17, 13), Date.UTC(2026, 7, 3, 9)).reduce(
    (sum, { span, from, to }) => sum + (to - from) / widths[span]!,
    0,
  )
  expect(read).toBeLessThan(250)
})

test('a range is widened to what is counted, and has 750 points at most', () => {
  const now = Date.parse('2026-08-03T09:12:31.250Z')
  for (const range of [1, HOUR, 6 * HOUR, 7 * HOUR, 31 * 24 * HOUR, 366 * 24 * HOUR, 730 * 24 * HOUR]) {
    const bucket = bucketOf(now - range, now)
    const { from, to } = widened(now - range, now, bucket)
    expect(from).toBeLessThanOrEqual(now - range)
    expect(to).toBeGreaterThanOrEqual(now)
    const width = { minute: 60_000, hour: HOUR, day: 24 * HOUR, month: 28 * 24 * HOUR }[bucket]
    expect((to - from) / width).toBeLessThanOrEqual(750)
  }
})
