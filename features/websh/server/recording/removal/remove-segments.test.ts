import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../../../base/common/id.ts'
import { type BlobStore, fileBlobStore } from '../../../../../base/server/blobs/blob-store.ts'
import type { Entry } from '../../../../../base/server/journal/entry.ts'
import { migrate } from '../../../../../base/server/migrate.ts'
import { freshDatabase } from '../../../../../test/postgres.ts'
import { encodePiece, type Piece, PieceReader, PieceTrack, resizeContent } from '../../../common/piece.ts'
import { webshMigrations } from '../../migrations.ts'
import { ScreenFollower } from '../follow/follower.ts'
import { ScreenState } from '../follow/screen-state.ts'
import { frameAt } from '../frame.ts'
import { Recordings } from '../recordings.ts'
import { streamPieces } from '../stream-pieces.ts'
import { readStream } from '../stream-reader.ts'
import { removeLeftovers } from './leftovers.ts'
import { removeSegments } from './remove-segments.ts'
import { removedStretches } from './stretches.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let directory: string
let drawing: ScreenFollower
let entries: Entry[] = []
let blobs: BlobStore
const actor = { id: newId(), name: 'Ada', kind: 'person' as const }
const startedAt = new Date('2026-08-03T09:00:00Z')

beforeAll(async () => {
  database = await freshDatabase()
  await migrate(database.db, webshMigrations)
  directory = await mkdtemp(join(tmpdir(), 'annals-removal-'))
  blobs = fileBlobStore(directory)
  drawing = new ScreenFollower(parts())
})
afterAll(async () => {
  await drawing.stop()
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const parts = (store = blobs) => ({
  db: database.db,
  blobs: store,
  bus: { publish: () => {} } as never,
  writeEntry: async (_tx: unknown, entry: Entry) => void entries.push(entry),
  writeEntries: async (_tx: unknown, more: readonly Entry[]) => void entries.push(...more),
  sealSoon: () => {},
  now: () => startedAt,
  log: pino({ level: 'silent' }),
})

/** Coloured lines, screens that are cleared, and sizes that change, over some minutes. */
function session(count: number, seed: number): Piece[] {
  const pieces: Piece[] = []
  for (let index = 0; index < count; index++) {
    const at = index * 1700
    const text = `\x1b[3${(index + seed) % 8}mline ${index} of ${seed}\x1b[0m ${'wörd '.repeat((index * seed) % 90)}\r\n`
    pieces.push({
      track: PieceTrack.output,
      at,
      content: Buffer.from(text.repeat(1 + ((index * seed) % 20))).subarray(0, 16_000),
    })
    if (index % 17 === seed % 17)
      pieces.push({
        track: PieceTrack.resize,
        at,
        content: resizeContent(40 + (index % 80), 10 + (index % 30)),
      })
    if (index % 23 === 5)
      pieces.push({ track: PieceTrack.output, at, content: Buffer.from('\x1b[2J\x1b[5;5H') })
  }
  return pieces
}

async function record(pieces: readonly Piece[]) {
  const recording = {
    id: newId(),
    server: { id: newId(), name: 'web-1' },
    actor,
    startedAt,
    columns: 80,
    rows: 24,
  }
  const stream = Buffer.concat(pieces.map((piece, index) => encodePiece(piece, pieces[index - 1]?.at ?? 0)))
  const recorder = await new Recordings(parts()).open(recording)
  for (let at = 0; at < stream.length; at += 30_000)
    await recorder.write(stream.subarray(at, at + 30_000), at)
  await recorder.end('complete')
  await draw()
  await database.db
    .updateTable('recording')
    .set({ are_commands_whole: true })
    .where('terminal_id', '=', recording.id)
    .execute()
  const segments = await database.db
    .selectFrom('recording_segment')
    .selectAll()
    .where('terminal_id', '=', recording.id)
    .orderBy('no')
    .execute()
  return { id: recording.id, stream, segments }
}

const draw = async () => {
  while (await drawing.catchUp());
}

const remove = (terminalId: string, segments: readonly number[], store = blobs) =>
  removeSegments(parts(store), { terminalId, segments, why: 'kept for 90 days', actor })

/** What a screen shows that is given these pieces and has seen nothing before. */
async function screenOf(size: { columns: number; rows: number }, stream: Uint8Array): Promise<string> {
  const state = new ScreenState(size)
  state.show(stream, 0)
  const screen = state.serialize()
  state.dispose()
  return screen
}

test('whatever segments go, in whatever acts: the others stay byte for byte, and every screen is drawn of what is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.array(fc.nat(60), { maxLength: 25 }), { minLength: 1, maxLength: 3 }),
      async (seed, acts) => {
        const { id, stream, segments } = await record(session(60 + seed, seed))
        const gone = new Set<number>()
        for (const act of acts) {
          const numbers = act.map((no) => no % segments.length)
          const fresh = new Set(numbers.filter((no) => !gone.has(no)))
          expect((await remove(id, numbers)).segments).toBe(fresh.size)
          for (const no of fresh) gone.add(no)
          await draw()
        }
        // The stream.
        for (const { no, start_offset, length } of segments) {
          const end = start_offset + length
          const bytes = await readStream(parts(), id, start_offset, end)
          expect(bytes.equals(gone.has(no) ? Buffer.alloc(0) : stream.subarray(start_offset, end))).toBe(true)
        }
        // The same read as one, with what was removed in its place.
        let kept = 0
        let told = 0
        for await (const group of streamPieces(parts(), id))
          if ('why' in group) told += group.toSegment - group.fromSegment + 1
          else kept += group.length
        expect(told).toBe(gone.size)
        const keptPieces = segments
          .filter(({ no }) => !gone.has(no))
          .flatMap(({ start_offset, length }) =>
            new PieceReader().read(stream.subarray(start_offset, start_offset + length)),
          )
        expect(kept).toBe(keptPieces.length)
        // The screens: behind a gap each begins with nothing.
        const stretches = await removedStretches(database.db, id)
        const isAllGone = gone.size === segments.length
        for (const { no, to_milliseconds, start_offset, length } of isAllGone ? [] : segments) {
          // Of those that follow each other the last one.
          if (gone.has(no) || (no + 1 < segments.length && !gone.has(no + 1))) continue
          const behind = stretches.findLast(({ toOffset }) => toOffset <= start_offset)
          const expected = await screenOf(
            behind ?? { columns: 80, rows: 24 },
            stream.subarray(behind?.toOffset ?? 0, start_offset + length),
          )
          const frame = await frameAt(parts(), id, to_milliseconds)
          if (frame.offset !== start_offset + length) continue
          expect(frame.screen).toBe(expected)
          expect(frame.removed).toBeNull()
        }
        for (const { fromMilliseconds, toMilliseconds } of stretches)
          if (toMilliseconds - fromMilliseconds > 1)
            expect((await frameAt(parts(), id, fromMilliseconds + 1)).removed).not.toBeNull()
        // Nothing else is on disk or in the database.
        const files = await readdir(join(directory, 'recordings', id))
        expect(files.length).toBe(isAllGone ? 0 : 2)
        const { stored_bytes } = await database.db
          .selectFrom('recording')
          .select('stored_bytes')
          .where('terminal_id', '=', id)
          .executeTakeFirstOrThrow()
        let size = 0
        for (const file of files) size += (await blobs.size(`recordings/${id}/${file}`))!
        expect(size).toBe(stored_bytes)
        const texts = await database.db
          .selectFrom('recording_text')
          .select('segment_no')
          .where('terminal_id', '=', id)
          .execute()
        expect(texts.filter(({ segment_no }) => gone.has(segment_no))).toEqual([])
      },
    ),
    { numRuns: 4 },
  )
})

test('an entry names each segment that went, with the hash the journal already holds', async () => {
  const { id, segments } = await record(session(150, 3))
  entries = []
  await remove(id, [4, 2, 3, 7, 3])
  expect(entries).toHaveLength(1)
  expect(entries[0]).toMatchObject({
    ...{ kind: 'recording.segments_removed', actor, subject: { kind: 'terminal', id } },
    data: {
      ...{ why: 'kept for 90 days', inAll: 4, of: segments.length },
      segments: [2, 3, 4, 7].map((no) => ({
        ...{ no, length: segments[no]!.length, sha256: segments[no]!.sha256.toString('hex') },
        ...{
          fromMilliseconds: segments[no]!.from_milliseconds,
          toMilliseconds: segments[no]!.to_milliseconds,
        },
      })),
    },
  })
  // Once more is no act: nothing is written down.
  await draw()
  expect(await remove(id, [2, 3])).toEqual({ segments: 0, bytes: 0 })
  expect(entries).toHaveLength(1)
})

test('what is still worked on is left alone, and so is what there is none of', async () => {
  const { id, segments } = await record(session(100, 5))
  await expect(remove(id, [segments.length])).rejects.toThrow(`no segment ${segments.length}`)
  await expect(remove(newId(), [0])).rejects.toThrow('no recording')
  await expect(removeSegments(parts(), { terminalId: id, segments: [0], why: ' ', actor })).rejects.toThrow(
    'why they are removed',
  )
  await remove(id, [1])
  await expect(remove(id, [2])).rejects.toThrow('its screens are still being drawn')
  await draw()
  const set = (change: object) =>
    database.db.updateTable('recording').set(change).where('terminal_id', '=', id).execute()
  await set({ are_commands_whole: false })
  await expect(remove(id, [2])).rejects.toThrow('its commands are still being worked out')
  await set({ are_commands_whole: true, state: 'recording' })
  await expect(remove(id, [2])).rejects.toThrow('it is still being recorded')
  await set({ state: 'complete' })
  const both = await Promise.allSettled([remove(id, [2]), remove(id, [3])])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('while a backup copies what the database names, nothing goes', async () => {
  const { id } = await record(session(60, 2))
  const backup = await database.pool.connect()
  try {
    await backup.query('select pg_advisory_lock_shared(7300, 4)')
    await expect(remove(id, [0])).rejects.toThrow('a backup is being taken')
  } finally {
    await backup.query('select pg_advisory_unlock_shared(7300, 4)')
    backup.release()
  }
  expect((await remove(id, [0])).segments).toBe(1)
})

test('a removal that fails anywhere removes nothing and leaves nothing behind', async () => {
  const { id, stream, segments } = await record(session(120, 7))
  const before = await readdir(join(directory, 'recordings', id))
  for (let failAt = 1; ; failAt++) {
    let calls = 0
    const failing: BlobStore = {
      ...blobs,
      async append(name) {
        const writer = await blobs.append(name)
        const step = () => {
          if (++calls === failAt) throw new Error('the disk is full')
        }
        return {
          get length() {
            return writer.length
          },
          truncate: (to) => writer.truncate(to),
          close: () => writer.close(),
          write: async (bytes) => {
            step()
            await writer.write(bytes)
          },
          sync: async () => {
            step()
            await writer.sync()
          },
        }
      },
    }
    const failed = await remove(id, [1, 2, 5], failing).then(
      () => false,
      () => true,
    )
    if (!failed) break
    expect((await readdir(join(directory, 'recordings', id))).sort()).toEqual(before.sort())
    expect(await removedStretches(database.db, id)).toEqual([])
    const { start_offset, length } = segments[1]!
    expect(
      (await readStream(parts(), id, start_offset, start_offset + length)).equals(
        stream.subarray(start_offset, start_offset + length),
      ),
    ).toBe(true)
  }
  expect(await removedStretches(database.db, id)).toHaveLength(2)
})

test('a server that dies while it removes deletes at its next start what was left lying about', async () => {
  const { id } = await record(session(80, 4))
  const dying: BlobStore = { ...blobs, remove: () => Promise.reject(new Error('killed')) }
  await expect(remove(id, [1], dying)).rejects.toThrow('killed')
  const folder = join(directory, 'recordings', id)
  expect(await readdir(folder)).toHaveLength(4)
  await removeLeftovers(parts())
  expect(await readdir(folder)).toHaveLength(2)
  expect((await removedStretches(database.db, id)).map(({ fromSegment }) => fromSegment)).toEqual([1])
  await draw()
  expect((await remove(id, [2])).segments).toBe(1)
})
