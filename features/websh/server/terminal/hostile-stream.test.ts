import fc from 'fast-check'
import pino from 'pino'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { AttachTell } from '../../common/attach.ts'
import { encodePiece, PieceTrack, resizeContent } from '../../common/piece.ts'
import { TERMINAL_COLS_MAX, TERMINAL_ROWS_MAX } from '../../common/terminal.ts'
import { Relay } from './relay.ts'
import { Viewer } from './viewer.ts'

const RUNS = Number(process.env['ANNALS_TEST_FUZZ_RUNS'] ?? 200)

/** Bytes nobody means well with. */
const hostile = fc.oneof(
  fc
    .constantFrom(
      '\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07',
      '\x1b]52;c;aGVsbG8=\x07',
      `\x1b]0;${'t'.repeat(20_000)}`,
      `\x1b[${'9;'.repeat(5000)}m`,
      '\x1b[8;99999;99999t',
      '\x1bPq#0;2;0;0;0#0~~@@vv@@~~$\x1b\\',
      '\x1b_Gf=100,s=99999,v=99999;AAAA\x1b\\',
      '\x1b]1337;File=inline=1;size=99999999:AAAA\x07',
      '\xff\xfe\xc0\xaf\xed\xa0\x80',
      '{"type":"exit","code":0}',
    )
    .map((text) => Buffer.from(text, 'latin1')),
  fc.uint8Array({ maxLength: 300 }),
)
const anySize = fc.constantFrom(0, 1, 2, 80, 1000, 1001, 2 ** 31, 2 ** 47)
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.record({ track: fc.constant(PieceTrack.output), content: hostile }) },
  {
    weight: 2,
    arbitrary: fc.record({
      track: fc.constant(PieceTrack.resize),
      content: fc.tuple(anySize, anySize).map(([cols, rows]) => resizeContent(cols, rows)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      track: fc.constant(PieceTrack.note),
      content: fc
        .oneof(
          fc.constantFrom('', '{', '[]', 'null', '{"note":"idle","seconds":1e300}', '{"note":"exit"}'),
          fc.json(),
        )
        .map((text) => Buffer.from(text).subarray(0, 16_000)),
    }),
  },
)

function viewer() {
  const shown: Buffer[] = []
  const told: unknown[] = []
  const heard = new Map<string, (...what: unknown[]) => void>()
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (data: string | Uint8Array) =>
      typeof data === 'string' ? told.push(JSON.parse(data)) : shown.push(Buffer.from(data)),
    on: (event: string, listener: (...what: unknown[]) => void) => heard.set(event, listener),
    ping: () => {},
  }
  const facts = { mode: 'watch', readOnly: true } as never
  const looks = new Viewer(socket as unknown as WebSocket, facts, { acknowledges: true })
  looks.isBehind = false
  return { looks, shown, told, say: (data: unknown) => heard.get('message')!(data, false) }
}

test('whatever a terminal prints reaches those who look as it is and only as bytes, and every size is one', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.array(fc.nat(400)), (pieces, cuts) => {
      const relay = new Relay(
        { at: 0, offset: 0 },
        {
          log: pino({ level: 'silent' }),
          now: () => new Date(0),
          screen: () => Promise.reject(new Error('nobody asks')),
          resized: (cols, rows) => {
            expect(cols).toBeLessThanOrEqual(TERMINAL_COLS_MAX)
            expect(rows).toBeLessThanOrEqual(TERMINAL_ROWS_MAX)
          },
        },
      )
      const { looks, shown, told } = viewer()
      relay.viewers.add(looks)
      const stream = Buffer.concat(
        pieces.map(({ track, content }) =>
          encodePiece({ track, at: 0, content: content.slice(0, 16_000) }, 0),
        ),
      )
      let from = 0
      for (const cut of cuts) {
        relay.take(stream.subarray(from, from + cut))
        from = Math.min(stream.length, from + cut)
      }
      relay.take(stream.subarray(from))
      const printed = pieces.filter(({ track }) => track === PieceTrack.output)
      expect(
        Buffer.concat(shown).equals(Buffer.concat(printed.map(({ content }) => content.slice(0, 16_000)))),
      ).toBe(true)
      for (const message of told) {
        const { type, ...size } = AttachTell.parse(message) as { type: string; cols?: number; rows?: number }
        expect(['resize', 'idle']).toContain(type)
        if (type !== 'resize') continue
        expect(size.cols).toBeGreaterThanOrEqual(2)
        expect(size.cols).toBeLessThanOrEqual(TERMINAL_COLS_MAX)
        expect(size.rows).toBeGreaterThanOrEqual(1)
        expect(size.rows).toBeLessThanOrEqual(TERMINAL_ROWS_MAX)
      }
    }),
    { numRuns: RUNS },
  )
})

test('whatever somebody who looks says is passed over, or is one of the few things that may be said', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .record({
            type: fc.constantFrom('resize', 'ack', 'ping', 'exit'),
            cols: fc.anything(),
            bytes: fc.anything(),
          })
          .map((message) => {
            try {
              return JSON.stringify(message)
            } catch {
              return '{}'
            }
          }),
      ),
      (text) => {
        const { looks, say } = viewer()
        const sizes: [number, number][] = []
        looks.listen({
          typed: () => expect.unreachable('text is not typed'),
          resized: (cols, rows) => sizes.push([cols, rows]),
          progress: () => {},
          left: () => {},
        })
        say(text)
        for (const [cols, rows] of sizes) {
          expect(cols).toBeLessThanOrEqual(TERMINAL_COLS_MAX)
          expect(rows).toBeLessThanOrEqual(TERMINAL_ROWS_MAX)
        }
        expect(looks.hasRoom).toBe(true)
      },
    ),
    { numRuns: RUNS },
  )
})
