import headless from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBase64 } from '../../../../base/common/journal/bytes.ts'
import { encodePiece, maskedContent, PieceReader, PieceTrack, resizeContent } from '../../common/piece.ts'
import type { RecordingFrame, RecordingPieces, RemovedStretch } from '../../common/recording.ts'
import { ScreenQueue } from '../screen/screen-queue.ts'
import { Player, type PlayerSource } from './player.ts'

const encode = (text: string) => new TextEncoder().encode(text)

/** A recording that counts: one line a second, with a resize and masked keys among them. */
function recorded(lines: number) {
  const parts: Uint8Array[] = []
  let before = 0
  const add = (track: 1 | 2 | 3 | 4 | 5, at: number, content: Uint8Array) => {
    parts.push(encodePiece({ track, at, content }, before))
    before = at
  }
  add(PieceTrack.resize, 0, resizeContent(40, 10))
  for (let no = 1; no <= lines; no++) {
    if (no === 3) add(PieceTrack.resize, no * 1000, resizeContent(60, 12))
    add(PieceTrack.output, no * 1000, encode(`\x1b[2J\x1b[Hline ${no}`))
  }
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** `sudo` typed at a prompt of readline, then a password of eight keys and Enter. */
const typed = (() => {
  const parts: Uint8Array[] = []
  let before = 0
  const add = (track: 2 | 1 | 3 | 4, at: number, content: Uint8Array) => {
    parts.push(encodePiece({ track, at, content }, before))
    before = at
  }
  for (const [index, key] of [...'sudo'].entries()) {
    add(PieceTrack.masked, 1000 + index * 100, maskedContent(1))
    add(PieceTrack.output, 1010 + index * 100, encode(key))
  }
  add(PieceTrack.output, 1600, encode('\r\nPassword: '))
  add(PieceTrack.masked, 2000, maskedContent(8))
  add(PieceTrack.masked, 2400, maskedContent(1))
  add(PieceTrack.output, 2420, encode('\r\n# '))
  return Uint8Array.from(parts.flatMap((part) => [...part]))
})()

/** The same without `count` pieces from the one with number `first` on; frames as the server gives them there. */
function standWithHole(stream: Uint8Array, first: number, count: number) {
  const pieces = new PieceReader().read(stream)
  const before = pieces[first - 1]
  const last = pieces[Math.min(first + count, pieces.length) - 1]!
  const hole = {
    ...{ fromSegment: 1, toSegment: 2, removedAt: '2026-08-03T09:00:00.000Z', why: 'kept for 90 days' },
    ...{ fromOffset: before?.end ?? 0, toOffset: last.end },
    ...{ fromMilliseconds: before?.at ?? 0, toMilliseconds: last.at },
    ...{ columns: 40, rows: 10 },
  }
  const empty = { screen: '', columns: 40, rows: 10 }
  const part = (from: number, to: number) => ({ from, to, bytes: toBase64(stream.subarray(from, to)) })
  const end = stream.length
  return {
    hole,
    ...stand(stream, {
      removed: [hole],
      frame: (at) =>
        at >= hole.toMilliseconds
          ? {
              ...{ ...empty, milliseconds: hole.toMilliseconds, removed: null },
              pieces: part(hole.toOffset, Math.min(end, hole.toOffset + 64)),
            }
          : { ...empty, milliseconds: 0, removed: null, pieces: part(0, Math.min(64, hole.fromOffset)) },
      pieces: (offset) =>
        offset >= hole.fromOffset && offset < hole.toOffset
          ? { from: offset, to: hole.toOffset, bytes: '', removed: hole }
          : {
              ...part(offset, Math.min(offset + 64, offset < hole.fromOffset ? hole.fromOffset : end)),
              removed: null,
            },
    }),
  }
}

/** A player with its clock in hand, on a real emulator, over a stream that may grow. */
function stand(
  stream: Uint8Array,
  {
    length = stream.length,
    milliseconds = 10_000,
    state = 'complete' as const,
    ...server
  }: {
    length?: number
    milliseconds?: number
    state?: 'complete' | 'recording'
    removed?: RemovedStretch[]
    frame?: (at: number) => RecordingFrame
    pieces?: (offset: number) => Pick<RecordingPieces, 'from' | 'to' | 'bytes' | 'removed'>
  } = {},
) {
  const terminal = new headless.Terminal({ cols: 40, rows: 10, allowProposedApi: true, logLevel: 'off' })
  const queue = new ScreenQueue(terminal)
  const asked: string[] = []
  const there = { length }
  const source: PlayerSource = {
    // No snapshots: everything from the start, in answers of 64 bytes.
    frame: async (at) => {
      asked.push(`frame ${at}`)
      if (server.frame) return server.frame(at)
      const to = Math.min(64, there.length)
      const pieces = { from: 0, to, bytes: toBase64(stream.subarray(0, to)) }
      return { screen: '', columns: 40, rows: 10, milliseconds: 0, pieces, removed: null }
    },
    pieces: async (offset) => {
      asked.push(`pieces ${offset}`)
      if (server.pieces) return { ...server.pieces(offset), length: there.length, state }
      const to = Math.min(offset + 64, there.length)
      return {
        ...{ from: offset, to, bytes: toBase64(stream.subarray(offset, to)) },
        ...{ length: there.length, state, removed: null },
      }
    },
    seen: () => {},
  }
  const time = { now: 0 }
  let frame = () => {}
  const player = new Player(
    {
      source,
      queue,
      now: () => time.now,
      eachFrame: (react) => {
        frame = react
        return () => {}
      },
    },
    {
      length,
      milliseconds,
      state,
      columns: 40,
      rows: 10,
      ...(server.removed && { removed: server.removed }),
    },
  )
  const drawn = () => new Promise<void>((resolve) => queue.act(resolve))
  const shown = async () => {
    await drawn()
    return terminal.buffer.active.getLine(0)?.translateToString(true)
  }
  const pass = async (milliseconds: number) => {
    time.now += milliseconds
    frame()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { player, terminal, shown, pass, asked, there }
}

describe('Player', () => {
  it('shows the screen of any moment, forwards and back', async () => {
    const { player, shown, terminal } = stand(recorded(10))
    await player.open(0)
    for (const [at, line] of [
      [4000, 'line 4'],
      [9999, 'line 9'],
      [2500, 'line 2'],
      [10_000, 'line 10'],
    ] as const) {
      await player.seek(at)
      expect(await shown()).toBe(line)
    }
    expect([terminal.cols, terminal.rows]).toEqual([60, 12])
    await player.seek(1000)
    expect(await shown()).toBe('line 1')
    expect([terminal.cols, terminal.rows]).toEqual([40, 10])
  })

  it('opens where there is something to see when nobody says where, and still begins at 0', async () => {
    const { player, shown } = stand(recorded(10))
    await player.open(null)
    expect([await shown(), player.state().at, player.openedAt]).toEqual(['line 1', 1000, 1000])
    await player.seek(0)
    expect([await shown(), player.state().at]).toEqual(['', 0])
    const asked = stand(recorded(10))
    await asked.player.open(0)
    expect([await asked.shown(), asked.player.state().at]).toEqual(['', 0])
    const pieces = (...texts: readonly [at: number, text: string][]) =>
      Uint8Array.from(
        texts.flatMap(([at, text], index) => [
          ...encodePiece({ track: PieceTrack.output, at, content: encode(text) }, texts[index - 1]?.[0] ?? 0),
        ]),
      )
    for (const [stream, at] of [
      [pieces([0, '$ '], [900, 'x']), 0],
      [pieces([5, '\x1b[?2004h\x1b]0;mina@web\x07\r\n'], [300, '\x1b[1m$ ']), 300],
      [pieces([700, '\x1b[2J \r\n']), 0],
      [pieces(), 0],
    ] as const) {
      const other = stand(stream)
      await other.player.open(null)
      expect(other.player.state().at).toBe(at)
    }
  })

  it('stays where somebody went while it opened, and does not look behind what was removed', async () => {
    const { player } = stand(recorded(10))
    const opened = player.open(null)
    await player.seek(4000)
    await opened
    expect(player.state().at).toBe(4000)
    const { player: holed } = standWithHole(recorded(10), 1, 4)
    await holed.open(null)
    expect(holed.state().at).toBe(0)
  })

  it('plays by the clock it is given, at any speed, and stops at the end', async () => {
    const { player, shown, pass } = stand(recorded(10))
    await player.open(0)
    player.setSkipsIdle(false)
    player.play()
    await pass(2100)
    expect(await shown()).toBe('line 2')
    player.setSpeed(4)
    await pass(1000)
    expect(await shown()).toBe('line 6')
    for (let times = 0; times < 9; times++) await pass(1000)
    expect([await shown(), player.state().isPlaying, player.state().at]).toEqual(['line 10', false, 10_000])
  })

  it('steps by one change of the screen, and back', async () => {
    const { player, shown } = stand(recorded(10))
    await player.open(0)
    await player.seek(6000)
    await player.stepForward()
    expect(await shown()).toBe('line 7')
    await player.stepBack()
    expect(await shown()).toBe('line 6')
    await player.stepBack()
    expect(await shown()).toBe('line 5')
  })

  it('says how many keys were typed unseen, not of those a line editor printed itself', async () => {
    const { player } = stand(typed)
    await player.open(0)
    await player.seek(1500)
    expect(player.state().masked).toBeNull()
    await player.seek(2500)
    expect(player.state().masked).toEqual({ keys: 9, at: 2400 })
    await player.seek(6000)
    expect(player.state().masked).toBeNull()
  })

  it('splices what is recorded meanwhile without a gap', async () => {
    const stream = recorded(10)
    const half = recorded(5).length
    const { player, shown, pass, there } = stand(stream, {
      length: half,
      milliseconds: 5000,
      state: 'recording' as never,
    })
    await player.open(0)
    player.follow()
    await pass(0)
    await pass(20)
    expect([await shown(), player.state().follows]).toEqual(['line 5', true])
    // Cut in the middle of a piece.
    there.length = half + 7
    player.reach({ length: half + 7, milliseconds: 5000, state: 'recording' })
    await pass(20)
    there.length = stream.length
    player.reach({ length: stream.length, milliseconds: 10_000, state: 'complete' })
    for (let times = 0; times < 8; times++) await pass(20)
    expect(await shown()).toBe('line 10')
    expect(player.state().isRecording).toBe(false)
  })

  it('lets the last of several seeks win', async () => {
    const { player, shown } = stand(recorded(10))
    await player.open(0)
    await Promise.all([player.seek(9000), player.seek(3000), player.seek(7000)])
    expect([await shown(), player.state().at]).toEqual(['line 7', 7000])
  })

  it('survives whatever a recording holds, and stays within its bounds', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .constantFrom(
          '\x1b[2000000000L',
          '\x1b]52;c;eA==\x07',
          '\x1bPq',
          '\x1b]8;;javascript:1\x07x',
          '\x9b999999S',
        )
        .map(encode),
      fc
        .tuple(fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1))
        .map(([columns, rows]) => resizeContent(columns, rows)),
      fc.constantFrom('{"note":"lost","bytes":9}', 'null', '{', '{"note":"lost","bytes":"x"}').map(encode),
    )
    const piece = fc.record({
      track: fc.constantFrom(1, 2, 3, 4, 5) as fc.Arbitrary<1>,
      delta: fc.nat(900),
      content,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.array(fc.nat(9000)), async (pieces, seeks) => {
        let at = 0
        const stream = Uint8Array.from(
          pieces.flatMap(({ track, delta, content }) => {
            const bytes = encodePiece({ track, at: at + delta, content }, at)
            at += delta
            return [...bytes]
          }),
        )
        const { player, terminal, pass, shown } = stand(stream)
        await player.open(0)
        for (const to of seeks) {
          await player.seek(to)
          await player.stepForward()
          player.play()
          await pass(to)
        }
        await shown()
        expect(terminal.cols).toBeLessThanOrEqual(1000)
        expect(terminal.rows).toBeLessThanOrEqual(500)
        expect(player.state().at).toBeLessThanOrEqual(10_000)
        player.close()
        terminal.dispose()
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it('passes over what was removed, says so where one stands in it, and begins behind it with nothing on the screen', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(9),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.nat(10_400), { minLength: 1, maxLength: 12 }),
        async (first, count, seeks) => {
          const { player, shown, pass, hole } = standWithHole(recorded(10), first, count)
          await player.open(0)
          player.setSkipsIdle(false)
          // The last line of what is kept on the side of the hole one stands on.
          const expected = (at: number) => {
            const isBehind = at >= hole.toMilliseconds
            const last = new PieceReader()
              .read(recorded(10))
              .filter(({ end }) => (isBehind ? end > hole.toOffset : end <= hole.fromOffset))
              .findLast((piece) => piece.track === PieceTrack.output && piece.at <= at)
            return last === undefined ? '' : `line ${last.at / 1000}`
          }
          const check = async () => {
            const { at, removed } = player.state()
            expect(await shown()).toBe(expected(at))
            const isIn = at > hole.fromMilliseconds && at < hole.toMilliseconds
            if (isIn) expect(removed).toMatchObject({ why: 'kept for 90 days' })
            else if (at < hole.fromMilliseconds) expect(removed).toBeNull()
          }
          for (const to of seeks) {
            await player.seek(to)
            await check()
            player.play()
            for (let tick = 0; tick < 6; tick++) {
              await pass(300)
              await check()
            }
            player.pause()
          }
        },
      ),
      { numRuns: 40 },
    )
  }, 60_000)

  it('stays two and a half seconds where nothing is kept, whatever the speed', async () => {
    const { player, pass, hole, shown } = standWithHole(recorded(10), 2, 9)
    await player.open(0)
    await player.seek(hole.fromMilliseconds + 100)
    expect(player.state().removed).not.toBeNull()
    player.setSpeed(2)
    player.play()
    await pass(70)
    expect(player.state().at).toBe(hole.toMilliseconds - 5000)
    await pass(2400)
    expect(player.state().removed).not.toBeNull()
    await pass(100)
    expect([player.state().removed, await shown()]).toEqual([null, ''])
    await pass(500)
    expect(await shown()).toBe(`line ${hole.toMilliseconds / 1000 + 1}`)
  })

  it('begins where somebody went before it was open', async () => {
    const { player, shown } = stand(recorded(10))
    const gone = player.seek(7000)
    await player.open(0)
    await gone
    expect([await shown(), player.state().at]).toEqual(['line 7', 7000])
  })

  it('says what went wrong, and plays again once it is right', async () => {
    const { player, shown } = stand(Uint8Array.from([9, 9, 9, 9]), { length: 4 })
    await player.open(0)
    expect(player.state().error?.message).toContain('track')
    expect(await shown()).toBe('')
  })
})
