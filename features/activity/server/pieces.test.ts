import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, piecesOf, placeOf, slicesOf, widened } from './pieces.ts'

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

test('the slices of a range have each of its hours once, and nothing else', () => {
  const unitsOf = (span: 0 | 1 | 2, at: number): number[] => {
    const date = new Date(at)
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    const counted = [24, new Date(Date.UTC(year, month + 1, 0)).getUTCDate(), 12][span]!
    return Array.from(
      { length: counted + 1 },
      (_, n) => [Date.UTC(year, month, day, n), Date.UTC(year, month, 1 + n), Date.UTC(year, n)][span]!,
    )
  }
  fc.assert(
    fc.property(hour, fc.integer({ min: 1, max: 90_000 }), (start, hours) => {
      const [from, to] = [start * HOUR, (start + hours) * HOUR]
      let reached = from
      for (const { span, at, first, last } of slicesOf(from, to)) {
        const bounds = unitsOf(span, at)
        expect(placeOf(span, at)).toEqual({ at, place: 1 })
        expect(bounds[first - 1]).toBe(reached)
        expect(placeOf(span, reached)).toEqual({ at, place: first })
        reached = bounds[last]!
      }
      expect(reached).toBe(to)
    }),
  )
})

test('ten years are read from few rows', () => {
  const slices = slicesOf(Date.UTC(2016, 4, 17, 13), Date.UTC(2026, 7, 3, 9))
  expect(slices.filter(({ span }) => span < 2)).toHaveLength(4)
  expect(slices).toHaveLength(15)
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
