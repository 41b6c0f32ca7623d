import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutputPiece } from '../common/command.ts'
import { applySgr, classOf, plain } from './ansi.ts'
import { OutputLines, SEGMENT_CHARACTERS, type Stream } from './output-lines.ts'

const piece = (text: string, stream: Stream = 'stdout'): OutputPiece => ({
  kind: 'text',
  stream,
  offset: 0,
  text,
  at: '2026-11-20T05:03:26.000Z',
})

function shown(pieces: OutputPiece[], only: Stream | null = null): string[] {
  const output = new OutputLines(only)
  for (const one of pieces) output.push(one)
  return output.lines.map((line) =>
    line.kind === 'band' ? `[${line.bytes}]` : line.spans.map(({ text }) => text).join(''),
  )
}

describe('output lines', () => {
  it('shows the same lines however the text was cut into pieces', () => {
    const word = fc.constantFrom('a', 'b', '\n', '\r\n', '\u001b[31m', '\u001b[0;1m', '\u001b[2J', ' ', '🙂')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.infiniteStream(fc.nat(7)), (words, cuts) => {
        const text = words.join('')
        const pieces: OutputPiece[] = []
        for (let at = 0; at < text.length; ) {
          let length = 1 + cuts.next().value!
          // The server never cuts a character in two.
          const last = text.charCodeAt(at + length - 1)
          if (last >= 0xd800 && last <= 0xdbff) length++
          pieces.push(piece(text.slice(at, at + length)))
          at += length
        }
        const styled = (list: OutputPiece[]) => {
          const output = new OutputLines(null)
          for (const one of list) output.push(one)
          return output.lines.map((line) =>
            line.kind === 'band'
              ? []
              : line.spans.flatMap(({ text: part, style }) => [...part].map((c) => `${c}${classOf(style)}`)),
          )
        }
        const whole = styled([piece(text)]).map((line) => line.filter((c) => !c.startsWith('\r')))
        const cut = styled(pieces).map((line) => line.filter((c) => !c.startsWith('\r')))
        expect(cut).toEqual(whole)
      }),
    )
  })

  it('ends a line when the other stream speaks, and joins it again when one stream is shown alone', () => {
    const pieces = [piece('ou'), piece('err\n', 'stderr'), piece('t\n')]
    expect(shown(pieces)).toEqual(['ou', 'err', 't'])
    expect(shown(pieces, 'stdout')).toEqual(['out'])
    expect(shown(pieces, 'stderr')).toEqual(['err'])
  })

  it('cuts a line of a megabyte into segments of which only the first has a number', () => {
    const output = new OutputLines(null)
    output.push(piece('x'.repeat(1_000_000)))
    expect(output.count).toBe(1)
    expect(output.lines).toHaveLength(1_000_000 / SEGMENT_CHARACTERS)
    expect(output.lines.filter((line) => line.kind === 'text' && line.number !== null)).toHaveLength(1)
  })

  it('keeps empty lines and shows a band where bytes are not kept', () => {
    expect(
      shown([piece('a\n\nb'), { kind: 'band', offset: 4, bytes: 9, downloadable: true }, piece('c')]),
    ).toEqual(['a', '', 'b', '[9]', 'c'])
  })

  it('gives no line after a band a number, since nobody knows how many lines are missing', () => {
    const output = new OutputLines(null)
    output.push(piece('a\nb\n'))
    expect(output.isWhole).toBe(true)
    output.push({ kind: 'band', offset: 4, bytes: 9, downloadable: true })
    output.push(piece('c\nd\n'))
    expect(output.lines.map((line) => (line.kind === 'text' ? line.number : 'band'))).toEqual([
      1,
      2,
      'band',
      null,
      null,
    ])
    expect(output.count).toBe(4)
    expect(output.isWhole).toBe(false)
  })

  it('obeys colour and nothing else: other sequences stay in the text', () => {
    expect(shown([piece('\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b[2Jx')])).toEqual([
      'red \u001b]0;title\u0007\u001b[2Jx',
    ])
  })
})

describe('SGR', () => {
  it('maps the sixteen colours and drops 24-bit ones, which may be unreadable here', () => {
    expect(classOf(applySgr(plain, '1;31'))).toBe('ink-1 sgr-bold')
    expect(classOf(applySgr(plain, '94;41'))).toBe('ink-4 paper-1')
    expect(classOf(applySgr(plain, '38;2;10;10;10;4'))).toBe('sgr-underline')
    expect(classOf(applySgr(plain, '38;5;9'))).toBe('ink-1')
    expect(classOf(applySgr(applySgr(plain, '1;31'), ''))).toBe('')
  })

  it('never conceals text', () => {
    expect(classOf(applySgr(plain, '8'))).toBe('')
  })
})
