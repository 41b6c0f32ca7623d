import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePiece, type Piece, PieceTrack, resizeContent } from '../../../common/piece.ts'
import { ScreenState } from './screen-state.ts'

const stream = (pieces: readonly Piece[]) =>
  Buffer.concat(pieces.map((piece, index) => encodePiece(piece, pieces[index - 1]?.at ?? 0)))
const output = (text: string | Uint8Array): Piece => ({
  track: PieceTrack.output,
  at: 10,
  content: Buffer.from(text),
})
const resize = (columns: number, rows: number): Piece => ({
  track: PieceTrack.resize,
  at: 10,
  content: resizeContent(columns, rows),
})

const controls = fc.constantFrom(
  `\x1b[${'9'.repeat(4000)}m`,
  `\x1b[${';'.repeat(5000)}H`,
  '\x1b[999999999b',
  '\x1b[2147483647S\x1b[2147483647L',
  '\x1b[8;99999;99999t',
  `\x1b]8;;javascript:alert(1)\x07x\x1b]8;;\x07`,
  `\x1b]52;c;${'QQ=='.repeat(500)}\x07`,
  `\x1b]0;${'title'.repeat(800)}`,
  `\x1bPq${'#0;2;0;0;0~'.repeat(300)}`,
  `\x1b_Ga=T,f=100;${'A'.repeat(3000)}`,
  '\x1b[?1049h\x1b[?2026h',
  `${'🙂\u0301'.repeat(900)}`,
)
const piece = fc.oneof(
  controls.map(output),
  fc.uint8Array({ maxLength: 200 }).map(output),
  fc.tuple(fc.nat(2 ** 40), fc.nat(2 ** 40)).map(([columns, rows]) => resize(columns, rows)),
)

test('whatever a recording holds, its screen stays of a size one can read, and what it tells within its bound', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(2000), (pieces, bound) => {
      const state = new ScreenState({ columns: 80, rows: 24 })
      state.lines.bound(bound)
      state.show(stream(pieces))
      const { columns, rows } = state.size
      expect(columns).toBeLessThanOrEqual(1000)
      expect(rows).toBeLessThanOrEqual(500)
      const screen = state.serialize()
      expect(screen.length).toBeLessThan(rows * columns * 64)
      expect(screen).not.toContain('javascript:')
      expect(screen).not.toContain('\x1b]52')
      const { lines } = state.lines.take()
      expect(lines.reduce((sum, { text }) => sum + text.length + 1, 0)).toBeLessThanOrEqual(bound + 1)
      state.dispose()
    }),
    { numRuns: 12 },
  )
})

test('a program that redraws random text is kept for search up to the bound, and what is left is counted', () => {
  const state = new ScreenState({ columns: 200, rows: 50 })
  state.lines.bound(10_000)
  let seed = 1
  const noise = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed.toString(36)
  }
  const frames = Array.from({ length: 400 }, (_, at) =>
    output(`\x1b[${1 + (at % 50)};1H${noise().repeat(20)}`),
  )
  state.show(stream(frames))
  const { lines, left } = state.lines.take()
  expect(lines.map(({ text }) => text).join('\n').length).toBeLessThanOrEqual(10_000)
  expect(lines.length + left).toBe(400)
  expect(state.lines.take()).toEqual({ lines: [], left: 0 })
  state.dispose()
})
