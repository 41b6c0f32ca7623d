import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PieceTrack } from '../../../common/piece.ts'
import { CommandReader } from '../../command-record/index.ts'
import { InputMask, type MaskEvent, type MaskedEvent } from './input-mask.ts'

type Told = ['o' | 'i', string]

async function masked(told: readonly Told[], stepMilliseconds = 50): Promise<MaskedEvent[]> {
  const drawn = new CommandReader({ cols: 80, rows: 24, lineFed: () => mask.fed() })
  const mask = new InputMask(drawn.screen)
  const out: MaskedEvent[] = []
  for (const [index, [code, text]] of told.entries()) {
    const event: MaskEvent = {
      track: code === 'o' ? PieceTrack.output : PieceTrack.input,
      milliseconds: index * stepMilliseconds,
      content: Buffer.from(text),
    }
    const type = code === 'o' ? 'output' : 'input'
    drawn.feed({ type, seconds: event.milliseconds / 1000, bytes: event.content })
    out.push(...mask.take(event))
  }
  out.push(...mask.end())
  return out
}

const typed = (events: readonly MaskedEvent[]) =>
  events
    .map((event) => (event.track === PieceTrack.input ? Buffer.from(event.content).toString() : ''))
    .join('')
const printed = (events: readonly MaskedEvent[]) =>
  events
    .map((event) => (event.track === PieceTrack.output ? Buffer.from(event.content).toString() : ''))
    .join('')

test('what was shown as it was typed is kept, key by key and in one piece', async () => {
  expect(
    typed(
      await masked([
        ['o', '$ '],
        ['i', 'l'],
        ['o', 'l'],
        ['i', 's'],
        ['o', 's'],
        ['i', '\r'],
        ['o', '\r\na b\r\n$ '],
      ]),
    ),
  ).toBe('ls\r')
  expect(
    typed(
      await masked([
        ['o', '$ '],
        ['i', 'ls -la\r'],
        ['o', 'ls -la\r\ntotal 0\r\n$ '],
      ]),
    ),
  ).toBe('ls -la\r')
})

test('a password at a prompt without echo is counted, and its Enter stays', async () => {
  const events = await masked([
    ['o', '$ '],
    ['i', 'sudo id\r'],
    ['o', 'sudo id\r\n[sudo] password for mina: '],
    ['i', 'min'],
    ['i', 'a-123'],
    ['i', '\r'],
    ['o', '\r\nuid=0(root) gid=0(root)\r\n$ '],
    ['i', 'exit\r'],
    ['o', 'exit\r\n'],
  ])
  expect(typed(events)).toBe('sudo id\r\rexit\r')
  expect(
    events.filter(({ track }) => track === PieceTrack.masked).map((event) => 'keys' in event && event.keys),
  ).toEqual([3, 5])
})

test('a password that is answered by stars, or typed while other output arrives, is not kept', async () => {
  const stars = await masked([
    ['o', 'Password: '],
    ...'S3cret!x'.split('').flatMap((key): Told[] => [
      ['i', key],
      ['o', '*'],
    ]),
    ['i', '\r'],
    ['o', '\r\nok\r\n$ '],
  ])
  expect(typed(stars)).toBe('\r')
  const noisy = await masked([
    ['o', 'Password: '],
    ['i', 'server1'],
    ['o', '\r\n[12:01] server web-1 came back and is serving\r\n'],
    ['i', '\r'],
    ['o', '\r\nmina@web:~$ '],
  ])
  expect(typed(noisy)).toBe('\r')
})

test('a corrected, completed or coloured line counts as shown', async () => {
  expect(
    typed(
      await masked([
        ['o', '$ '],
        ['i', 'gti'],
        ['o', 'gti'],
        ['i', '\x7f\x7f'],
        ['o', '\b\b\x1b[K'],
        ['i', 'it status'],
        ['o', 'it status'],
        ['i', '\r'],
        ['o', '\r\n$ '],
      ]),
    ),
  ).toContain('gti')
  expect(
    typed(
      await masked([
        ['o', '❯ '],
        ['i', 'sys'],
        ['o', '\x1b[32msys\x1b[0m'],
        ['i', '\t'],
        ['o', '\r❯ \x1b[32msystemctl\x1b[0m '],
        ['i', '\r'],
        ['o', '\r\n'],
      ]),
    ),
  ).toBe('sys\t\r')
})

test('a line typed ahead is kept when the shell shows it later', async () => {
  const events = await masked([
    ['o', '$ '],
    ['i', 'sleep 5\r'],
    ['o', 'sleep 5\r\n'],
    ['i', 'uname -a\r'],
    ['o', '$ uname -a\r\nLinux\r\n$ '],
  ])
  expect(typed(events)).toBe('sleep 5\runame -a\r')
})

test('whatever is printed around it, a secret typed without echo does not come out, and output is untouched', async () => {
  const noise = fc.array(
    fc.constantFrom(
      'Password: ',
      '\r\n',
      '$ ',
      'mina@web:~$ ',
      'Sorry, try again.\r\n',
      '\x1b[31mred\x1b[0m',
      'log line 4711\r\n',
    ),
    { minLength: 1, maxLength: 6 },
  )
  const secret = fc.string({
    unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGH23456789!-_'),
    minLength: 8,
    maxLength: 24,
  })
  await fc.assert(
    fc.asyncProperty(noise, secret, noise, fc.boolean(), async (before, text, after, isWhole) => {
      const shownText = [...before, ...after].join('')
      fc.pre(!shownText.includes(text))
      const keys: Told[] = isWhole
        ? [['i', `${text}\r`]]
        : [...text.split('').map((key): Told => ['i', key]), ['i', '\r']]
      const told: Told[] = [
        ...before.map((line): Told => ['o', line]),
        ...keys,
        ['o', '\r\n'],
        ...after.map((line): Told => ['o', line]),
      ]
      const events = await masked(told)
      expect(typed(events)).toBe('\r')
      expect(printed(events)).toBe([...before, '\r\n', ...after].join(''))
    }),
    { numRuns: 200 },
  )
})
