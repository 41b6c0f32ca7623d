import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePiece, type Piece, PieceTrack } from '../../../common/piece.ts'
import { ScreenState } from '../follow/screen-state.ts'

const stream = (texts: readonly string[]) => {
  const pieces: Piece[] = texts.map((text, index) => ({
    track: PieceTrack.output,
    at: index * 10,
    content: Buffer.from(text),
  }))
  return Buffer.concat(
    pieces.map((piece, index) => encodePiece(piece, index === 0 ? 0 : pieces[index - 1]!.at)),
  )
}

async function linesOf(texts: readonly string[], size = { columns: 40, rows: 8 }) {
  const state = new ScreenState(size)
  state.show(stream(texts))
  const { lines } = state.lines.take()
  state.dispose()
  return lines
}

test('words that escapes, cursor moves and wrapping split on the wire are found whole', async () => {
  const lines = await linesOf([
    'pass\x1b[31mwo\x1b[0mrd\r\n',
    'x'.repeat(35),
    'needle-over-the-edge\r\n',
    '\x1b[5;10Habc\x1b[5;13Hdef\r\n',
    'typ',
    'e',
    'd\r\n',
  ])
  const all = lines.map(({ text }) => text).join('\n')
  for (const word of ['password', 'needle-over-the-edge', 'abcdef', 'typed']) expect(all).toContain(word)
})

test('whatever can be looked for is whole in a told line, however long a line is and wherever it wraps', async () => {
  const letter = fc.constantFrom(...'abcdefghij0123 -/', 'ä', '界', '字', '🙂')
  await fc.assert(
    fc.asyncProperty(
      fc.array(letter, { minLength: 1, maxLength: 9000, size: 'max' }),
      fc.record({ columns: fc.integer({ min: 4, max: 150 }), rows: fc.integer({ min: 1, max: 12 }) }),
      fc.integer({ min: 1, max: 9000 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 3, max: 100 })), { minLength: 20, maxLength: 20 }),
      async (letters, size, pieceLength, places) => {
        const line = letters.join('')
        const pieces = Array.from({ length: Math.ceil(letters.length / pieceLength) }, (_, piece) =>
          letters.slice(piece * pieceLength, (piece + 1) * pieceLength).join(''),
        )
        const told = (await linesOf(['before\r\n', ...pieces, '\r\nafter'], size)).map(({ text }) => text)
        for (const [place, length] of places) {
          const from = place % letters.length
          const text = letters
            .slice(from, from + length)
            .join('')
            .trim()
          expect(line).toContain(text)
          expect(
            told.some((each) => each.includes(text)),
            JSON.stringify([size, from, text]),
          ).toBe(true)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('a line that only grew is told once, at the time it was whole', async () => {
  const lines = await linesOf(['$ ', 'l', 's', ' -l', '\r\n'])
  expect(lines).toEqual([{ text: '$ ls -l', milliseconds: 30, row: 0 }])
})

test('a line that was overwritten is found as it was and as it became', async () => {
  const texts = (await linesOf(['10 %', '\r20 %', '\r30 %'])).map(({ text }) => text)
  expect(texts).toEqual(['10 %', '20 %', '30 %'])
})

test('no line that scrolls by within one piece is missed', async () => {
  const every = Array.from({ length: 3000 }, (_, index) => `row number ${index} of many`)
  const texts = (await linesOf(every.join('\r\n').match(/[\s\S]{1,16000}/g)!)).map(({ text }) => text)
  expect(texts).toEqual(every)
})

test('what a full-screen program shows is found, and so is what stood there before and after', async () => {
  const texts = (await linesOf(['before\r\n', '\x1b[?1049h\x1b[Hinside', '\x1b[?1049l', 'after'])).map(
    ({ text }) => text,
  )
  expect(texts).toEqual(expect.arrayContaining(['before', 'inside', 'after']))
})

test('every row that is on the screen after any piece is told, whatever is printed and however it is sized', async () => {
  const printable = fc.string({
    unit: fc.constantFrom(
      'a',
      'b',
      ' ',
      '界',
      '\r\n',
      '\r',
      '\x1b[A',
      '\x1b[2K',
      '\x1b[H',
      '\x1b[?1049h',
      '\x1b[?1049l',
      '\x1b[3;5H',
      '\x1b[J',
      '\x1b[L',
      '\x1b[M',
      '\x1b[5S',
      '\x1b[2T',
      '\b',
    ),
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(printable, { maxLength: 12 }), async (texts) => {
      const told = (await linesOf(texts, { columns: 12, rows: 5 })).map(({ text }) => text)
      const plain = new ScreenState({ columns: 12, rows: 5 })
      for (const text of texts) {
        plain.write(text)
        const { active } = plain.terminal.buffer
        for (let row = 0; row < 5; row++) {
          const shown = active
            .getLine(active.baseY + row)!
            .translateToString(true)
            .trim()
          if (shown !== '')
            expect(
              told.some((line) => line.includes(shown)),
              JSON.stringify([shown, told]),
            ).toBe(true)
        }
      }
      plain.dispose()
    }),
    { numRuns: 150 },
  )
})
