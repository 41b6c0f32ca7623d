import headless from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedControls } from './bounded-controls.ts'

const size = { columns: 80, rows: 24 }
const encode = (text: string) => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const passed = (text: string) => decode(new BoundedControls().pass(encode(text), size))

/** A real emulator that notes every parameter it is given for a sequence it carries out step by step. */
function witness() {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true, logLevel: 'off' })
  const seen: number[] = []
  for (const final of '@ILMPSTXZ')
    terminal.parser.registerCsiHandler({ final }, (parameters) => {
      seen.push(...parameters.flat())
      return true
    })
  return { seen, write: (bytes: Uint8Array) => new Promise<void>((done) => terminal.write(bytes, done)) }
}

const piece = fc.oneof(
  fc.constantFrom(
    '\x1b[',
    '\u009b',
    '\x1b',
    '\x1b]0;',
    '\x1bP',
    '\u009d',
    '\x07',
    '\x18',
    '\x1b(',
    'é',
    '\x1b\\',
    '[',
  ),
  fc.constantFrom(...'LMSTIZb@PXmHJ?;: $qx\n\x00\x7f'),
  fc.constantFrom('2000000000', '25', '81', '1'),
)

describe('BoundedControls', () => {
  it('lets what terminals print every day pass byte for byte', () => {
    for (const text of [
      'plain\r\n\ttext ünïcødé 日本語 🙂 e\u0301',
      '\x1b[1;38;2;10;20;30mcolour\x1b[0m\x1b[?2004h\x1b[24;80H\x1b[3L\x1b[5b\x1b[2J',
      '\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x07 \x1b]133;A\x07\x1bP$q q\x1b\\\x1b(0lqk\x1b(B',
    ])
      expect(passed(text)).toBe(text)
  })

  it('bounds what is carried out step by step by the screen, in either form of the introducer', () => {
    expect(passed('\x1b[2000000000L')).toBe('\x1b[24L')
    expect(passed('\u009b2000000000S')).toBe('\u009b24S')
    expect(passed('\x1b[999999Z')).toBe('\x1b[80Z')
    expect(passed('x\x1b[999999b')).toBe('x\x1b[1920b')
  })

  it('cuts a string without an end, and a heap of marks on one character', () => {
    const long = new BoundedControls().pass(encode(`\x1b]0;${'x'.repeat(300_000)}`), size)
    expect(long.length).toBeLessThan(70_000)
    expect([...passed(`e${'\u0301'.repeat(5000)}x`)].length).toBeLessThan(30)
  })

  it('leaves a sequence of endless parameters out', () => {
    expect(passed(`a\x1b[${'1;'.repeat(100_000)}Lb`)).toBe('a\x1b[\x18b')
  })

  it('gives the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (pieces, step) => {
        const bytes = encode(pieces.join(''))
        const whole = decode(new BoundedControls().pass(bytes, size))
        const cut = new BoundedControls()
        const parts: number[] = []
        for (let from = 0; from < bytes.length; from += step)
          parts.push(...cut.pass(bytes.subarray(from, from + step), size))
        expect(decode(Uint8Array.from(parts))).toBe(whole)
      }),
    )
  })

  it('hands an emulator no count beyond its screen, whatever is printed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const { seen, write } = witness()
        await write(new BoundedControls().pass(encode(pieces.join('')), size))
        expect(seen.filter((count) => count > 80)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })
})
