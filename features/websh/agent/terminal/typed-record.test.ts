import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PieceTrack, readVarints } from '../../common/piece.ts'
import { TypedRecord } from './typed-record.ts'

const RAW = { isCanonical: false, echoes: false }
const COOKED = { isCanonical: true, echoes: true }
const PASSWORD = { isCanonical: true, echoes: false }

function recorded() {
  const pieces: { track: PieceTrack; text: string; keys: number; at: number }[] = []
  const record = new TypedRecord((track, content, at) => {
    const keys = track === PieceTrack.masked ? readVarints(content, 1)[0]! : 0
    pieces.push({ track, text: keys ? '' : Buffer.from(content).toString(), keys, at })
  })
  return {
    record,
    pieces,
    type: (text: string, modes = RAW, at = 0) => record.typed(Buffer.from(text), modes, at),
    print: (text: string, at = 0) => record.printed(Buffer.from(text), at),
    /** As one reads it: output bare, input in «», masked keys as dots. */
    read: () =>
      pieces
        .map(({ track, text, keys }) =>
          track === PieceTrack.masked ? '•'.repeat(keys) : track === PieceTrack.input ? `«${text}»` : text,
        )
        .join('')
        .replaceAll('»«', ''),
  }
}

test('what the terminal echoes itself is kept', () => {
  const { type, read } = recorded()
  type('ls -la\r', COOKED)
  expect(read()).toBe('«ls -la\r»')
})

test('of what is typed at a password prompt only the number of keys is kept, and Enter', () => {
  const { type, read } = recorded()
  type('hünter2\r', PASSWORD)
  expect(read()).toBe('•••••••«\r»')
})

test('a key that a line editor shows is kept, in its place before its echo', () => {
  const { type, print, read } = recorded()
  type('l')
  print('l')
  type('s')
  print('\bls')
  type('\r')
  print('\r\nfile\r\n')
  expect(read()).toBe('«l»l«s»\bls«\r»\r\nfile\r\n')
})

test('a line typed in one go stands before what it made the shell print', () => {
  const { type, print, read } = recorded()
  type('echo hi\r')
  print('\x1b[?25hech')
  print('o hi\r\n\x1b[?2004l\r')
  print('hi\r\n')
  expect(read()).toBe('«echo hi\r»\x1b[?25hecho hi\r\n\x1b[?2004l\rhi\r\n')
})

test('keys shown as stars are masked, and so is the rest of their line', () => {
  const { type, print, read } = recorded()
  type('s')
  print('*')
  type('*')
  print('*')
  type('x\r')
  print('*\r\nok\r\n')
  type('y')
  print('y')
  expect(read()).toBe('•*•*•«\r»*\r\nok\r\n«y»y')
})

test('keys that nothing answers are masked after a while, and what was behind them goes on', () => {
  const { record, type, read } = recorded()
  type('pw\r', RAW, 1000)
  expect(read()).toBe('')
  record.give(1199)
  expect(read()).toBe('')
  record.give(1200)
  expect(read()).toBe('••«\r»')
})

test('output that shows nothing is held back for no more than a few milliseconds', () => {
  const { record, type, print, read } = recorded()
  type('j', RAW, 10)
  print('\x1b[B', 12)
  expect(read()).toBe('')
  expect(record.until).toBe(17)
  record.give(17)
  expect(read()).toBe('•\x1b[B')
})

test('a password typed ahead of its prompt is not mistaken for what the prompt says', () => {
  const { type, print, read } = recorded()
  type('su\rtops3cret\r')
  print('su\r\n')
  print('Password: ')
  expect(read()).toBe('«su\r»•••••••••«\r»su\r\nPassword: ')
})

test('arrows, function keys and the brackets of a paste are kept whatever the program shows', () => {
  const { type, print, read } = recorded()
  type('\x1b[A\x1bOP\x1b[200~')
  print('\x1b[H')
  expect(read()).toBe('«\x1b[A\x1bOP\x1b[200~»\x1b[H')
})

test('a paste of which only the end is shown, as zsh does with one longer than the screen, is kept whole', () => {
  const { type, print, read } = recorded()
  const lines = Array.from({ length: 40 }, (_, row) => `echo this is row ${row}`)
  type(`\x1b[200~${lines.join('\r')}\x1b[201~`)
  print('\x1b[1m>....\x1b[0m\r\n')
  print(lines.slice(20).join('\r\n'))
  type('\r')
  expect(read().replaceAll('»\x1b[1m', '')).toContain(`«\x1b[200~${lines.join('\r')}\x1b[201~`)
  expect(read()).not.toContain('•')
})

test('a paste that is answered by something else, or by stars, is masked', () => {
  for (const answer of ['Pasted 3 lines', '*'.repeat(60)]) {
    const { record, type, print, read } = recorded()
    type('\x1b[200~s3cret and another s3cret\rand a third that is s3cret\x1b[201~')
    print(answer)
    record.give(250)
    expect(read()).not.toContain('s3cret')
  }
})

test('without knowledge of the terminal nothing is kept that was not shown', () => {
  const { record, type, read } = recorded()
  record.typed(Buffer.from('secret'), undefined, 0)
  record.finish()
  expect(read()).toBe('••••••')
  type('', COOKED)
})

const step = fc.oneof(
  fc.record({
    kind: fc.constant('type' as const),
    bytes: fc.uint8Array({ maxLength: 12 }),
    modes: fc.constantFrom(RAW, COOKED, PASSWORD, undefined),
  }),
  fc.record({ kind: fc.constant('print' as const), bytes: fc.uint8Array({ maxLength: 30 }) }),
  fc.record({ kind: fc.constant('echo' as const), text: fc.string({ maxLength: 6 }) }),
  fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.nat(300) }),
)

test('whatever is typed and printed, the output is kept byte for byte, in order, and no key is kept twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const output: Uint8Array[] = []
      const typed: Uint8Array[] = []
      const keptOutput: Uint8Array[] = []
      const keptInput: Uint8Array[] = []
      let at = 0
      let last = 0
      const record = new TypedRecord((track, content, when) => {
        expect(when).toBeGreaterThanOrEqual(last)
        last = when
        if (track === PieceTrack.output) keptOutput.push(content)
        if (track === PieceTrack.input) keptInput.push(content)
      })
      for (const each of steps) {
        at++
        if (each.kind === 'wait') {
          at += each.milliseconds
          record.give(at)
        } else if (each.kind === 'print') {
          output.push(each.bytes)
          record.printed(each.bytes, at)
        } else {
          const bytes = each.kind === 'echo' ? Buffer.from(each.text) : each.bytes
          typed.push(bytes)
          record.typed(bytes, each.kind === 'echo' ? RAW : each.modes, at)
          if (each.kind === 'echo') {
            output.push(bytes)
            record.printed(bytes, at)
          }
        }
      }
      record.finish()
      expect(Buffer.concat(keptOutput).equals(Buffer.concat(output))).toBe(true)
      // What is kept is a part of what was typed, in its order.
      const all = Buffer.concat(typed)
      let from = 0
      for (const byte of Buffer.concat(keptInput)) {
        from = all.indexOf(byte, from) + 1
        expect(from).toBeGreaterThan(0)
      }
    }),
  )
})
