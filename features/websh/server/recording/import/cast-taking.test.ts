import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PieceReader, PieceTrack } from '../../../common/piece.ts'
import { NotACast } from './cast-reader.ts'
import { CastTaking, type Taken } from './cast-taking.ts'

const header = { version: 2, width: 80, height: 24 }
const castOf = (...lines: readonly unknown[]) =>
  Buffer.from(
    [header, ...lines].map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )

/** Everything that becomes of a cast that comes in parts of these lengths, over and over. */
function taken(cast: Uint8Array, lengths: readonly number[] = [cast.length]) {
  const taking = new CastTaking()
  const all: Taken[] = []
  let at = 0
  try {
    for (let part = 0; at < cast.length; part++) {
      const length = Math.max(1, lengths[part % lengths.length]!)
      all.push(taking.take(cast.subarray(at, at + length)))
      at += length
    }
    all.push(taking.end())
  } catch (error) {
    taking.drop()
    throw error
  }
  const stream = Buffer.concat(all.map((each) => each.stream))
  return {
    pieces: new PieceReader().read(stream),
    commands: all.flatMap((each) => each.commands),
    last: all.at(-1)!,
  }
}

const refusalOf = (cast: Uint8Array): string => {
  try {
    taken(cast)
  } catch (error) {
    if (error instanceof NotACast) return error.message
    throw error
  }
  return 'taken'
}

test('what a hostile cast is refused for is a sentence with its line', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  expect(refusalOf(castOf(deep, [2, 'o', 'x']))).toBe('line 2: an event is [time, code, data]')
  expect(refusalOf(castOf(`[1,"o","${'x'.repeat(17 * 1024 * 1024)}`))).toBe(
    'line 2: the line is longer than 16 MiB',
  )
  expect(refusalOf(castOf([-1, 'o', 'x'], [2, 'o', 'x']))).toBe('line 2: the time is not a number of seconds')
  expect(refusalOf(castOf('[NaN,"o","x"]', [2, 'o', 'x']))).toBe('line 2: it is not JSON')
  expect(refusalOf(castOf('[1e999,"o","x"]', [2, 'o', 'x']))).toBe(
    'line 2: the time is not a number of seconds',
  )
  expect(refusalOf(castOf([4e7, 'o', 'x'], [4e7, 'o', 'x']))).toBe(
    'line 2: the time is more than a year after the start',
  )
  expect(refusalOf(castOf([1, 'r', '99999x1'], [2, 'o', 'x']))).toMatch('line 2: the size must be up to')
  expect(refusalOf(Buffer.from('{"version":1,"width":80,"height":24,"stdout":[]}\n'))).toMatch(
    'line 1: version 1 is not known',
  )
  expect(refusalOf(Buffer.from([0xff, 0xfe, 0x00, 0x0a]))).toBe('line 1: it is not JSON')
})

test('a header and nothing else is a recording of nothing', () => {
  const { pieces, commands, last } = taken(castOf())
  expect([pieces, commands, last.at]).toEqual([[], [], 0])
})

test('codes nobody knows are kept as notes, and bytes that are no UTF-8 as the character that stands for them', () => {
  const three = Buffer.concat([
    Buffer.from('{"version":3,"term":{"cols":80,"rows":24}}\n[0.5,"z","what is this"]\n[0.5,"o","'),
    Buffer.from([0x61, 0xff, 0x62]),
    Buffer.from('"]\n'),
  ])
  const { pieces } = taken(three)
  expect(pieces.map(({ track, at }) => [track, at])).toEqual([
    [PieceTrack.note, 500],
    [PieceTrack.output, 1000],
  ])
  expect(Buffer.from(pieces[1]!.content).toString()).toBe('a\ufffdb')
})

test('times that step back stay where they were, so that a recording never goes backwards', () => {
  const { pieces } = taken(castOf([5, 'o', 'a'], [3, 'o', 'b'], [6, 'o', 'c']))
  expect(pieces.map(({ at }) => at)).toEqual([5000, 5000, 6000])
})

test('whatever comes is taken or refused with a line, and where it is cut on the way makes no difference', () => {
  const event = fc.oneof(
    fc.tuple(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constantFrom('o', 'i', 'm', 'r', 'x', 'é'),
      fc.string(),
    ),
    fc.tuple(fc.double(), fc.constantFrom('o', 'i', 'r'), fc.string({ unit: 'binary', maxLength: 40 })),
    fc.tuple(fc.nat(100), fc.constant('r'), fc.constantFrom('80x24', '1x1', '1000x500', 'x', '-1x2')),
    fc.json(),
    fc.string({ unit: fc.constantFrom('[', '"', '\\', 'u', '0', '\u0000', '\x1b', '{', 'o', ',') }),
  )
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      fc.uint8Array({ maxLength: 4 }),
      (events, lengths, junk) => {
        const cast = Buffer.concat([castOf(...events), junk])
        const outcome = (how?: readonly number[]) => {
          try {
            const { pieces, commands, last } = taken(cast, how)
            return {
              pieces: pieces.map(({ track, at, content }) => [track, at, [...content]]),
              commands,
              isCut: last.isCut,
            }
          } catch (error) {
            expect(error).toBeInstanceOf(NotACast)
            return (error as NotACast).message
          }
        }
        expect(outcome(lengths)).toEqual(outcome())
      },
    ),
    { numRuns: 80 },
  )
})

test('of output that waits for a line nobody ended little is held back', () => {
  const flood = 'x'.repeat(16 * 1024)
  const taking = new CastTaking()
  taking.take(castOf([0.1, 'i', 's'], ''))
  let held = 0
  for (let event = 0; event < 1500; event++) {
    const { stream } = taking.take(Buffer.from(`${JSON.stringify([0.2, 'o', flood])}\n`))
    held += flood.length - stream.length
  }
  taking.drop()
  expect(held).toBeLessThan(9 * 1024 * 1024)
})
