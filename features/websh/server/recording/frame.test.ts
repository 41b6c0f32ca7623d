import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../../base/common/id.ts'
import { fileBlobStore } from '../../../../base/server/blobs/blob-store.ts'
import { migrate } from '../../../../base/server/migrate.ts'
import { freshDatabase } from '../../../../test/postgres.ts'
import { encodePiece, type Piece, PieceReader, PieceTrack, resizeContent } from '../../common/piece.ts'
import { ScreenFollower } from './follow/follower.ts'
import { ScreenState } from './follow/screen-state.ts'
import { frameAt } from './frame.ts'
import { recordingMigrations } from './migration.ts'
import { Recordings } from './recordings.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let directory: string
let parts: ConstructorParameters<typeof Recordings>[0]

beforeAll(async () => {
  database = await freshDatabase()
  await migrate(database.db, recordingMigrations)
  directory = await mkdtemp(join(tmpdir(), 'annals-frames-'))
  parts = {
    db: database.db,
    blobs: fileBlobStore(directory),
    writeEntry: async () => {},
    sealSoon: () => {},
    now: () => new Date('2026-08-03T09:00:00Z'),
    log: pino({ level: 'silent' }),
  }
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const recording = () => ({
  id: newId(),
  server: { id: newId(), name: 'web-1' },
  actor: { id: newId(), name: 'Mina Park', kind: 'person' as const },
  startedAt: new Date('2026-08-03T09:00:00Z'),
  columns: 80,
  rows: 24,
})

/** A session with colours, a full-screen program, sizes that change and scrolling. */
function session(): Piece[] {
  const said = (at: number, text: string): Piece => ({
    track: PieceTrack.output,
    at,
    content: Buffer.from(text),
  })
  const pieces: Piece[] = []
  for (let index = 0; index < 900; index++) {
    const at = index * 137
    pieces.push(said(at, `\x1b[3${index % 8}mline ${index}\x1b[0m ${'wörd 界 '.repeat(index % 40)}\r\n`))
    if (index % 300 === 100) pieces.push(said(at, '\x1b[?1049h\x1b[2J\x1b[5;5Hinside\x1b[?25l'))
    if (index % 300 === 160) pieces.push(said(at, '\x1b[?25h\x1b[?1049l'))
    if (index % 250 === 200)
      pieces.push({
        track: PieceTrack.resize,
        at,
        content: resizeContent(60 + (index % 70), 20 + (index % 20)),
      })
  }
  return pieces
}

const streamOf = (pieces: readonly Piece[]) =>
  Buffer.concat(pieces.map((piece, index) => encodePiece(piece, pieces[index - 1]?.at ?? 0)))

async function shown(state: ScreenState, pieces: readonly Piece[], until: number): Promise<string> {
  const due = pieces.filter(({ at }) => at <= until)
  state.show(streamOf(due))
  const text = JSON.stringify([state.size, linesOf(state)])
  state.dispose()
  return text
}

function linesOf({ terminal }: ScreenState): string[] {
  const { active } = terminal.buffer
  return Array.from({ length: terminal.rows }, (_, row) =>
    active.getLine(active.viewportY + row)!.translateToString(true),
  )
}

test('the frame of any moment shows what replaying from the start shows', async () => {
  const recordings = new Recordings(parts)
  const follower = new ScreenFollower(parts)
  const own = recording()
  const pieces = session()
  const recorder = await recordings.open(own)
  await recorder.write(streamOf(pieces), 0)
  await recorder.end('complete')
  while (await follower.catchUp());
  for (const moment of [0, 1, 9_000, 10_001, 13_700, 21_950, 40_000, 77_777, 110_000, 123_163, 200_000]) {
    const frame = await frameAt(parts, own.id, moment)
    const reader = new PieceReader({ at: frame.milliseconds, offset: frame.offset })
    const after = reader.read(frame.pieces)
    const state = new ScreenState(frame)
    state.write(frame.screen)
    const fromFrame = await shown(
      state,
      after.map((piece) => ({ ...piece, content: Buffer.from(piece.content) })),
      moment,
    )
    const fromStart = await shown(new ScreenState({ columns: 80, rows: 24 }), pieces, moment)
    expect(fromFrame, `at ${moment} ms`).toBe(fromStart)
    expect(frame.pieces.length).toBeLessThanOrEqual(64 * 1024)
  }
  await follower.stop()
})

test('a recording that goes on shows its newest moment, and drawing goes on in another process', async () => {
  const recordings = new Recordings(parts)
  const own = recording()
  const pieces = session()
  const recorder = await recordings.open(own)
  const stream = streamOf(pieces)
  const half = encodedUntil(pieces, 450)
  await recorder.write(stream.subarray(0, half), 0)
  recordings.beat(new Date('2026-08-03T09:00:11Z'))
  await recorder.close()
  const first = new ScreenFollower(parts)
  while (await first.catchUp());
  await first.stop()
  const again = await new Recordings(parts).open(own)
  await again.write(stream.subarray(half), half)
  const frame = await frameAt(parts, own.id, 10 ** 9)
  const reader = new PieceReader({ at: frame.milliseconds, offset: frame.offset })
  const state = new ScreenState(frame)
  state.write(frame.screen)
  const rest = reader.read(frame.pieces).map((piece) => ({ ...piece, content: Buffer.from(piece.content) }))
  expect(await shown(state, rest, 10 ** 9)).toBe(
    await shown(new ScreenState({ columns: 80, rows: 24 }), pieces, 10 ** 9),
  )
  await again.end('complete')
  const second = new ScreenFollower(parts)
  while (await second.catchUp());
  await second.stop()
  const { screened_length, closed_length } = await database.db
    .selectFrom('recording')
    .selectAll()
    .where('terminal_id', '=', own.id)
    .executeTakeFirstOrThrow()
  expect(screened_length).toBe(closed_length)
})

const encodedUntil = (pieces: readonly Piece[], count: number) => streamOf(pieces.slice(0, count)).length
