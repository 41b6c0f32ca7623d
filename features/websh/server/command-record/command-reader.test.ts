import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../common/recorded-event.ts'
import { CommandReader } from './command-reader.ts'
import { HIDDEN_TEXT } from './run-command.ts'

const NONCE = '0123456789abcdef'
const output = (text: string, seconds = 0): RecordedEvent => ({
  type: 'output',
  seconds,
  bytes: Buffer.from(text),
})
const input = (text: string, seconds = 0): RecordedEvent => ({
  type: 'input',
  seconds,
  bytes: Buffer.from(text),
})

function read(events: readonly RecordedEvent[], nonce?: string) {
  const reader = new CommandReader({ cols: 80, rows: 24, nonce })
  for (const event of events) reader.feed(event)
  return reader.finish()
}

const prompt = '\x1b[?2004h$ '
const done = '\r\n\x1b[?2004l\r'

test('a command is what the line held at Enter, at the moment of Enter', () => {
  const events = [
    output(prompt),
    input('ls', 1),
    output('ls', 1),
    input('\r', 2),
    output(`${done}file\r\n`, 2),
  ]
  expect(read(events)).toEqual([{ text: 'ls', seconds: 2, kind: 'shell', shellDepth: 1, source: 'screen' }])
})

test('a line left with Ctrl-C is no command', () => {
  const events = [
    output(prompt),
    input('rm -rf x', 1),
    output('rm -rf x', 1),
    input('\x03', 2),
    output('^C\x1b[?2004l\r', 2),
  ]
  expect(read([...events, output(`\r\n${prompt}`, 3)])).toEqual([])
})

test('what is typed without being shown is no command', () => {
  const asked = [
    output(prompt),
    input('read -s x\r', 1),
    output(`read -s x${done}`, 1),
    input('hunter2\r', 2),
    output('\r\n', 2),
  ]
  expect(read([...asked, output(prompt, 3)]).map(({ text }) => text)).toEqual(['read -s x'])
})

test('keys that were masked are read from the screen', () => {
  const events: RecordedEvent[] = [
    output(prompt),
    input('e', 1),
    { type: 'masked', seconds: 1.1, keys: 7 },
    output('echo one', 1.2),
    input('\r', 2),
    output(done, 2),
  ]
  expect(read([...events, output(`one\r\n${prompt}`, 3)]).map(({ text }) => text)).toEqual(['echo one'])
})

test('a line that shows only after the next was typed is listed, and both once', () => {
  const events = [
    output(prompt),
    input('one\r', 1),
    input('two\r', 1.5),
    output(`one${done}${prompt}`, 1.6),
    input('three\r', 2),
    output(`two${done}${prompt}`, 2.1),
    output(`three${done}${prompt}`, 2.2),
  ]
  expect(read(events).map(({ text }) => text)).toEqual(['one', 'two', 'three'])
})

test('a recording without keys lists what was written after each prompt', () => {
  const events = [
    output(`hello\r\n${prompt}`),
    output('l', 1),
    output('s', 1.1),
    output(done, 1.2),
    output(`file\r\n${prompt}`, 1.3),
    output('given up', 2),
    output('^C\x1b[?2004l\r\r\n', 2.1),
    output(prompt, 2.2),
  ]
  expect(read(events).map(({ text }) => text)).toEqual(['ls'])
})

test('a command that still runs is undecided, and decided when the recording ends', () => {
  const reader = new CommandReader({ cols: 80, rows: 24 })
  for (const event of [output(prompt), input('top\r', 1), output(`top${done}`, 1)]) reader.feed(event)
  expect(reader.take()).toEqual([])
  expect(reader.undecided.map(({ text }) => text)).toEqual(['top'])
  expect(reader.finish().map(({ text }) => text)).toEqual(['top'])
})

test('a command typed while nothing is shown is listed, and its text is not', () => {
  const events = [
    output(`${prompt}`),
    input('stty -echo\r', 1),
    output(`stty -echo${done}${prompt}`, 1),
    input('export KEY=hunter2', 2),
    input('\r', 2.1),
    output(`\x1b[?2004l\r\r\n${prompt}`, 2.1),
  ]
  expect(read(events).map(({ text }) => text)).toEqual(['stty -echo', HIDDEN_TEXT])
})

test('what the history puts in to be looked at first has not run yet', () => {
  const events = [
    output(prompt),
    input('echo a\r', 1),
    output(`echo a${done}a\r\n${prompt}`, 1),
    input('!!\r', 2),
    output(`!!${done}${prompt}echo a`, 2),
    input('\r', 3),
    output(`${done}a\r\n${prompt}`, 3),
  ]
  expect(read(events).map(({ text, seconds }) => [text, seconds])).toEqual([
    ['echo a', 1],
    ['echo a', 3],
  ])
})

test('what a program in the background writes behind the prompt is no part of the line', () => {
  const events = [
    output(`hello\r\n${prompt}`),
    input('true\r', 1),
    output(`true${done}${prompt}`, 1),
    output('noise', 2),
    input('ls', 3),
    output('ls', 3),
    input('\r', 3.1),
    output(done, 3.1),
  ]
  expect(read(events).map(({ text }) => text)).toEqual(['true', 'ls'])
})

test('of a paste, masked letters keep their places between its tabs and line ends', () => {
  const events: RecordedEvent[] = [
    output(prompt),
    input('\x1b[200~', 1),
    { type: 'masked', seconds: 1, keys: 7 },
    input('\r\t', 1),
    { type: 'masked', seconds: 1, keys: 1 },
    input('\r', 1),
    { type: 'masked', seconds: 1, keys: 1 },
    input('\x1b[201~', 1),
    output('cat <<E\r\n        x\r\nE', 1),
    input('\r', 2),
    output(`${done}\tx\r\n${prompt}`, 2),
  ]
  expect(read(events).map(({ text }) => text)).toEqual(['cat <<E\n\tx\nE'])
})

test('a row filled to a blank goes on in the next', () => {
  const line = `echo ${'z'.repeat(72)} w`
  const events = [
    output(prompt),
    input('\x1b[A', 1),
    output(`${line.slice(0, 78)}\r\n${line.slice(78)}`, 1),
    input('\r', 2),
    output(done, 2),
  ]
  expect(read(events).map(({ text }) => text)).toEqual([line])
})

const marked = (text: string, shown: string): RecordedEvent[] => [
  output(`\x1b]633;A;${NONCE}\x07${prompt}`),
  input(`${shown}\r`, 1),
  output(`${shown}${done}\x1b]633;E;${text};${NONCE}\x07\x1b]633;C;${NONCE}\x07out\r\n`, 1),
  output(`\x1b]633;D;3;${NONCE}\x07\x1b]633;A;${NONCE}\x07${prompt}`, 2),
]

test('the shell and the screen together say more: both, with the exit code', () => {
  expect(read(marked('ls', 'ls'), NONCE)).toEqual([
    { text: 'ls', seconds: 1, kind: 'shell', shellDepth: 1, exitCode: 3, source: 'both' },
  ])
})

test('where they disagree the row says what the screen showed', () => {
  expect(read(marked('ls \\x2dl\\x3b \\\\', 'll'), NONCE)[0]).toMatchObject({
    text: 'ls -l; \\',
    disagreement: 'll',
  })
})

test('marks without the nonce are text that anything could print', () => {
  const forged = '\x1b]633;A\x07\x1b]633;E;rm -rf /;guess\x07\x1b]633;C\x07\x1b]633;D;0\x07'
  expect(read([...marked('ls', 'ls'), output(forged, 3)], NONCE).map(({ text }) => text)).toEqual(['ls'])
})

test('without a nonce of our own, marks list nothing that was not typed', () => {
  const forged = '\x1b]633;A\x07\x1b]633;E;rm -rf /\x07\x1b]633;C\x07\x1b]633;D;0\x07\x1b]633;A\x07'
  expect(read([output(prompt), output(forged, 1)])).toEqual([])
})

test('a recording cut into single bytes reads the same', () => {
  const events = [...marked('ls "é漢"', 'ls "é漢"'), input('echo 🎉\r', 4), output(`echo 🎉${done}🎉\r\n`, 4)]
  const single = events.flatMap((event): RecordedEvent[] =>
    event.type === 'output'
      ? [...event.bytes].map((byte) => ({ ...event, bytes: Uint8Array.of(byte) }))
      : [event],
  )
  expect(read(single, NONCE)).toEqual(read(events, NONCE))
})

const hostile = fc.constantFrom(
  '\x1b[?2004h',
  '\x1b[?2004l',
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\r\n',
  '\r',
  '$ ',
  'ls',
  '\x1b[999999999L',
  '\x1b[2147483647b',
  '\x1b[H',
  '\x1b[2J',
  '\x1bc',
  '\x1b[3J',
  `\x1b]633;A;${NONCE}\x07`,
  `\x1b]633;E;x;${NONCE}\x07`,
  '\x1b]633;C\x07',
  '\x1b]133;B\x07',
  '\x1b]',
  '\x1bP',
  '\x1b[200~',
  '\x1b[201~',
  '\x03',
  '\x04',
  '\t',
  '\x1b[A',
  '\x7f',
  '\x12',
  '│',
  '漢',
  '\u0301',
  '\x1b[1;3r',
  '<<E',
  '\\',
  "'",
)
const anyBytes = fc.oneof(
  hostile.map((text) => new Uint8Array(Buffer.from(text))),
  fc.uint8Array({ maxLength: 40 }),
)
const size = fc.oneof(fc.integer({ min: -5, max: 300 }), fc.constantFrom(0, 1, 65535, 2 ** 31, Number.NaN))
const anyEvent: fc.Arbitrary<RecordedEvent> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('masked' as const),
      seconds: fc.constant(0),
      keys: fc.nat(2 ** 31),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('output' as const), seconds: fc.constant(0), bytes: anyBytes }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('input' as const), seconds: fc.constant(0), bytes: anyBytes }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('resize' as const),
      seconds: fc.constant(0),
      cols: size,
      rows: size,
    }),
  },
)

test('nothing a recording can hold makes the reader fail', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 80 }), fc.boolean(), (events, isTrusted) => {
      const timed = events.map((event, at) => ({ ...event, seconds: at / 50 }))
      for (const { seconds } of read(timed, isTrusted ? NONCE : undefined))
        expect(seconds).toBeLessThanOrEqual(2)
    }),
    { numRuns: 400 },
  )
})
