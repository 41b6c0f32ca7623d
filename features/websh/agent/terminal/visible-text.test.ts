import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VisibleText } from './visible-text.ts'

/** What terminals print, escapes in all places. */
const printed = fc
  .array(
    fc.constantFrom(
      'a',
      'é',
      '漢',
      '\n',
      '\r',
      '\x1b',
      '[',
      ']',
      '(',
      'P',
      ';',
      '3',
      'm',
      '\x07',
      '\\',
      '\x7f',
    ),
  )
  .map((parts) => Buffer.from(parts.join('')))

test('what is passed over counts as if it had been read', () => {
  fc.assert(
    fc.property(fc.array(printed), printed, (before, after) => {
      const [reads, passes] = [new VisibleText(), new VisibleText()]
      for (const bytes of before) expect(passes.pass(bytes)).toBe(reads.read(bytes).newline)
      expect(passes.read(after)).toEqual(reads.read(after))
    }),
  )
})

test('a character that was cut where reading begins is left out, not shown as another', () => {
  const visible = new VisibleText()
  const bytes = Buffer.from('漢字')
  visible.pass(bytes.subarray(0, 2))
  expect(visible.read(bytes.subarray(2))).toEqual({ text: '字', newline: false })
})

test('a character may come in parts', () => {
  const visible = new VisibleText()
  const bytes = Buffer.from('漢')
  expect([...bytes].map((byte) => visible.read(Uint8Array.of(byte)).text)).toEqual(['', '', '漢'])
})
