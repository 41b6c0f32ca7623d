import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { newId } from '../../../../base/common/id.ts'
import { type BlobStore, fileBlobStore } from '../../../../base/server/blobs/blob-store.ts'
import type { Entry } from '../../../../base/server/journal/entry.ts'
import { migrate } from '../../../../base/server/migrate.ts'
import { Breaker } from '../../../../seed/breaker.ts'
import { freshDatabase } from '../../../../test/postgres.ts'
import { encodePiece, PieceTrack } from '../../common/piece.ts'
import { recordingMigrations } from './migration.ts'
import { Recordings } from './recordings.ts'
import { readStream } from './stream-reader.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let directory: string
let blobs: BlobStore
const breaker = new Breaker()
let db: typeof database.db
let entries: Entry[] = []
const now = () => new Date('2026-08-03T09:00:00Z')

beforeAll(async () => {
  database = await freshDatabase()
  db = breaker.over(database.pool)
  await migrate(database.db, recordingMigrations)
  directory = await mkdtemp(join(tmpdir(), 'annals-recordings-'))
  blobs = fileBlobStore(directory)
})
beforeEach(() => {
  entries = []
})
afterEach(() => {
  breaker.mend()
  vi.useRealTimers()
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const parts = () => ({
  db,
  blobs,
  writeEntry: async (_tx: unknown, entry: Entry) => void entries.push(entry),
  sealSoon: () => {},
  now,
  log: pino({ level: 'silent' }),
})

const newRecording = () => ({
  id: newId(),
  server: { id: newId(), name: 'web-1' },
  actor: { id: newId(), name: 'Mina Park', kind: 'person' as const },
  startedAt: now(),
  columns: 80,
  rows: 24,
})

/** Some two chunks of output. */
const stream = Buffer.concat(
  Array.from({ length: 150 }, (_, index) =>
    encodePiece(
      { track: PieceTrack.output, at: index * 5, content: Buffer.from(`line ${index} `.repeat(500)) },
      Math.max(0, index - 1) * 5,
    ),
  ),
)

async function check(id: string) {
  const row = await database.db
    .selectFrom('recording')
    .select(['state', 'closed_length', 'packed_length', 'stored_bytes'])
    .where('terminal_id', '=', id)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ state: 'complete', closed_length: stream.length, packed_length: stream.length })
  expect(await blobs.size(`recordings/${id}/pieces`)).toBe(row.stored_bytes)
  expect((await readStream(parts(), id, 0, stream.length)).equals(stream)).toBe(true)
  const told = entries.filter(({ kind }) => kind === 'recording.segments').map(({ data }) => data)
  const starts = (told as { startOffset: number; segments: { length: number }[] }[]).map((each) => [
    each.startOffset,
    each.startOffset + each.segments.reduce((sum, { length }) => sum + length, 0),
  ])
  expect(starts[0]![0]).toBe(0)
  expect(starts.at(-1)![1]).toBe(stream.length)
  for (const [index, [start]] of starts.entries()) if (index > 0) expect(start).toBe(starts[index - 1]![1])
}

test.each([
  ['segments', 'insert into "recording_segment"'],
  ['a chunk', 'insert into "recording_chunk"'],
  ['the end', '"state" = $1, "closed_at"'],
])(
  'a recording goes on and ends whole when the database breaks between storing %s and saying so',
  async (_what, words) => {
    const recordings = new Recordings(parts())
    const recording = newRecording()
    const recorder = await recordings.open(recording)
    breaker.loseAnswerTo(words)
    const before = breaker.answersLost
    for (let at = 0; at < stream.length; at += 50_000)
      await recorder.write(stream.subarray(at, at + 50_000), at)
    await recordings.end(recording, 'complete')
    expect(breaker.answersLost).toBe(before + 1)
    await check(recording.id)
  },
)

test('a recording whose end could not be stored for long can be ended later, also twice', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  const recorder = await recordings.open(recording)
  await recorder.write(stream, 0)
  breaker.goAway()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let failure: Error | undefined
  recordings.end(recording, 'complete').catch((error) => {
    failure = error
  })
  while (failure === undefined) await vi.advanceTimersByTimeAsync(500)
  expect(failure.message).toBe('Connection terminated unexpectedly')
  breaker.mend()
  vi.useRealTimers()
  await recordings.end(recording, 'complete')
  await check(recording.id)
  await recordings.end(recording, 'complete')
  expect(entries.filter(({ kind }) => kind === 'recording.closed')).toHaveLength(1)
})

test('a recording that waits for the database is let go of at once, and goes on whole where that is back', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  const recorder = await recordings.open(recording)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  breaker.goAway()
  for (let at = 0; at < stream.length; at += 50_000)
    await recorder.write(stream.subarray(at, at + 50_000), at)
  const before = breaker.refusals
  let isStopped = false
  void recordings.stop().then(() => {
    isStopped = true
  })
  while (!isStopped) await vi.advanceTimersByTimeAsync(5)
  // However much is left to be told.
  expect(breaker.refusals - before).toBeLessThan(10)
  vi.useRealTimers()
  breaker.mend()
  const after = new Recordings(parts())
  await after.end(recording, 'complete')
  await check(recording.id)
})

test('a recording that could not be gone on with leaves no file open', async () => {
  const recording = newRecording()
  const before = new Recordings(parts())
  await (await before.open(recording)).write(stream, 0)
  await before.stop()
  let opened = 0
  const counted: BlobStore = {
    ...blobs,
    append: async (name) => {
      const writer = await blobs.append(name)
      opened++
      breaker.goAway()
      const close = writer.close
      return Object.assign(writer, {
        close: () => {
          opened--
          return close()
        },
      })
    },
  }
  const recordings = new Recordings({ ...parts(), blobs: counted })
  await expect(recordings.open(recording)).rejects.toThrow('Connection terminated')
  expect(opened).toBe(0)
})
