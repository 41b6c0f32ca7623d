import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../../base/common/id.ts'
import { type BlobStore, fileBlobStore } from '../../../../base/server/blobs/blob-store.ts'
import type { Entry } from '../../../../base/server/journal/entry.ts'
import { migrate } from '../../../../base/server/migrate.ts'
import { freshDatabase } from '../../../../test/postgres.ts'
import { encodePiece, type Piece, PieceReader, PieceTrack } from '../../common/piece.ts'
import { liveName } from './live-file.ts'
import { recordingMigrations } from './migration.ts'
import { Recordings } from './recordings.ts'
import { readStream } from './stream-reader.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let directory: string
let blobs: BlobStore
let entries: Entry[] = []
const now = () => new Date('2026-08-03T09:00:00Z')

beforeAll(async () => {
  database = await freshDatabase()
  await migrate(database.db, recordingMigrations)
  directory = await mkdtemp(join(tmpdir(), 'annals-recordings-'))
  blobs = fileBlobStore(directory)
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const parts = () => ({
  db: database.db,
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

function streamOf(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map((piece, index) => encodePiece(piece, pieces[index - 1]?.at ?? 0)))
}

/** Output as programs write it: words and numbers, a little every few milliseconds. */
const output = (count: number, bytes: number, step = 5): Piece[] =>
  Array.from({ length: count }, (_, index) => ({
    track: PieceTrack.output,
    at: index * step,
    content: Buffer.from(`line ${index} `.repeat(Math.ceil(bytes / 8)).slice(0, bytes)),
  }))

const entriesOf = (id: string, kind: string) =>
  entries.filter((entry) => entry.subject?.id === id && entry.kind === kind)

test('what was written is read back byte for byte, also while it is being written and after it ended', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  const stream = streamOf(output(400, 4000))
  const recorder = await recordings.open(recording)
  for (let at = 0; at < stream.length; at += 50_000) {
    const part = stream.subarray(at, at + 50_000)
    expect(await recorder.write(part, at)).toBe(at + part.length)
    const from = Math.max(0, at - 300_000)
    expect(
      (await readStream(parts(), recording.id, from, at + part.length)).equals(
        stream.subarray(from, at + part.length),
      ),
    ).toBe(true)
  }
  await recorder.end('complete')
  expect((await readStream(parts(), recording.id, 0, stream.length)).equals(stream)).toBe(true)
  expect(
    (await readStream(parts(), recording.id, 700_001, 700_900)).equals(stream.subarray(700_001, 700_900)),
  ).toBe(true)
  expect(await readdir(join(directory, 'recordings', recording.id))).toEqual(['pieces'])
})

test('the journal holds the hash of every byte, in order and without a gap', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  const stream = streamOf(output(900, 700, 60))
  const recorder = await recordings.open(recording)
  for (let at = 0; at < stream.length; at += 20_000)
    await recorder.write(stream.subarray(at, at + 20_000), at)
  await recorder.end('complete')
  let offset = 0
  let no = 0
  for (const { data } of entriesOf(recording.id, 'recording.segments')) {
    const { from, startOffset, segments } = data as {
      from: number
      startOffset: number
      segments: { length: number; sha256: string }[]
    }
    expect([from, startOffset]).toEqual([no, offset])
    for (const { length, sha256 } of segments) {
      expect(
        createHash('sha256')
          .update(stream.subarray(offset, offset + length))
          .digest('hex'),
      ).toBe(sha256)
      offset += length
      no++
    }
  }
  expect(offset).toBe(stream.length)
  expect(entriesOf(recording.id, 'recording.closed').map(({ data }) => data)).toEqual([
    { how: 'complete', why: null, segments: no, bytes: offset, durationMilliseconds: 899 * 60 },
  ])
})

test('a server that dies at any byte goes on where the disk ends, and nothing acknowledged is lost', async () => {
  const stream = streamOf(output(150, 9000, 40))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 5 }), async (lives) => {
      const recording = newRecording()
      let acknowledged = 0
      for (const bytes of [...lives, stream.length]) {
        // A new object on the same disk is what a restart sees; the old one is never closed.
        const recordings = new Recordings(parts())
        const recorder = await recordings.open(recording)
        expect(recorder.offset).toBeGreaterThanOrEqual(acknowledged)
        let at = recorder.offset
        const until = Math.min(stream.length, at + bytes)
        for (; at < until; at = acknowledged)
          acknowledged = await recorder.write(stream.subarray(at, Math.min(until, at + 64_000)), at)
        await recorder.close()
      }
      await new Recordings(parts()).end(recording, 'complete')
      expect((await readStream(parts(), recording.id, 0, stream.length + 10)).equals(stream)).toBe(true)
    }),
    { numRuns: 15 },
  )
})

test('a server that dies while it begins new files loses nothing, however far it came', async () => {
  const stream = streamOf(output(700, 9000, 40))
  const part = 5_500_000
  let isWhole = false
  for (let writes = 0; !isWhole; writes++) {
    const recording = newRecording()
    let left = writes
    // As if the power went out at the first byte of a file that is not the first one, then at the next …
    const dying: BlobStore = {
      ...blobs,
      append: async (name) => {
        const writer = await blobs.append(name)
        if (!name.includes('/live-') || name.endsWith('/live-0')) return writer
        return Object.assign(Object.create(writer) as typeof writer, {
          write: async (bytes: Uint8Array) => {
            if (left-- > 0) return writer.write(bytes)
            await writer.write(bytes.subarray(0, bytes.length >> 1))
            throw new Error('the power went out')
          },
          sync: () => writer.sync(),
          truncate: (to: number) => writer.truncate(to),
          close: () => writer.close(),
        })
      },
    }
    const before = await new Recordings({ ...parts(), blobs: dying }).open(recording)
    const acknowledged = await before.write(stream.subarray(0, part), 0)
    isWhole = await before.end('complete').then(
      () => true,
      () => false,
    )
    if (isWhole) {
      // A piece that is not whole is left out.
      const kept = await readStream(parts(), recording.id, 0, part)
      expect(kept.equals(stream.subarray(0, kept.length))).toBe(true)
      expect(kept.length).toBeGreaterThan(part - 10_000)
      expect(writes).toBeGreaterThan(4)
      continue
    }
    expect((await readStream(parts(), recording.id, 0, part)).equals(stream.subarray(0, part))).toBe(true)
    await before.close()
    const after = new Recordings(parts())
    const recorder = await after.open(recording)
    expect(recorder.offset).toBe(acknowledged)
    await recorder.write(stream.subarray(acknowledged), acknowledged)
    await recorder.end('complete')
    expect((await readStream(parts(), recording.id, 0, stream.length + 10)).equals(stream)).toBe(true)
    expect(await readdir(join(directory, 'recordings', recording.id))).toEqual(['pieces'])
  }
})

test('bytes become durable while new files are being made, and are in them', async () => {
  const asked = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const slow: BlobStore = {
    ...blobs,
    append: async (name) => {
      if (name.includes('/live-') && !name.endsWith('/live-0')) {
        asked.resolve()
        await gate.promise
      }
      return blobs.append(name)
    },
  }
  const recording = newRecording()
  const stream = streamOf(output(220, 9000, 40))
  const recorder = await new Recordings({ ...parts(), blobs: slow }).open(recording)
  const part = stream.length >> 1
  await recorder.write(stream.subarray(0, part), 0)
  await asked.promise
  expect(await recorder.write(stream.subarray(part), part)).toBe(stream.length)
  gate.resolve()
  await recorder.end('complete')
  expect((await readStream(parts(), recording.id, 0, stream.length + 10)).equals(stream)).toBe(true)
})

test('a backup taken while live files became chunks, restored, has all its database knew, and verifies', async () => {
  const stream = streamOf(output(220, 9000, 40))
  const { db } = database
  for (const known of [0, 1, 2]) {
    // The database is copied when so many chunks are known and every segment is closed; the blobs when all were packed.
    const recording = newRecording()
    const recorder = await new Recordings(parts()).open(recording)
    await recorder.write(stream, 0)
    await recorder.end('complete')
    const chunks = await db
      .selectFrom('recording_chunk')
      .selectAll()
      .where('terminal_id', '=', recording.id)
      .orderBy('start_offset')
      .execute()
    const packed = chunks[known]!.start_offset
    await db
      .deleteFrom('recording_chunk')
      .where('terminal_id', '=', recording.id)
      .where('start_offset', '>=', packed)
      .execute()
    await db
      .updateTable('recording')
      .set({ packed_length: packed, state: 'recording', closed_at: null })
      .where('terminal_id', '=', recording.id)
      .execute()
    const restored = new Recordings(parts())
    expect((await restored.open(recording)).offset).toBe(stream.length)
    await restored.end(recording, 'interrupted', 'the server ended')
    expect((await readStream(parts(), recording.id, 0, stream.length + 10)).equals(stream)).toBe(true)
    const hashes = await db
      .selectFrom('recording_segment')
      .select(['start_offset', 'length', 'sha256'])
      .where('terminal_id', '=', recording.id)
      .execute()
    for (const { start_offset, length, sha256 } of hashes)
      expect(
        createHash('sha256')
          .update(stream.subarray(start_offset, start_offset + length))
          .digest('hex'),
      ).toBe(sha256.toString('hex'))
  }
})

test('rubbish that a power cut left behind the last piece is cut off', async () => {
  const recording = newRecording()
  const stream = streamOf(output(20, 100))
  const recorder = await new Recordings(parts()).open(recording)
  await recorder.write(stream, 0)
  await recorder.close()
  const writer = await blobs.append(liveName(recording.id, 0))
  await writer.write(Buffer.alloc(100))
  await writer.close()
  const recordings = new Recordings(parts())
  expect((await recordings.open(recording)).offset).toBe(stream.length)
  await recordings.end(recording, 'complete')
})

test('what comes twice is kept once, and a gap is refused', async () => {
  const recorder = await new Recordings(parts()).open(newRecording())
  const stream = streamOf(output(10, 100))
  await recorder.write(stream.subarray(0, 600), 0)
  await recorder.write(stream.subarray(200, 700), 200)
  await expect(recorder.write(stream.subarray(800), 800)).rejects.toThrow('bytes 700 to 800')
  expect(await recorder.write(stream.subarray(700), 700)).toBe(stream.length)
  await recorder.end('complete')
})

test('a segment that stays open is closed by time, so that its hash is in the journal while the terminal runs', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  const recorder = await recordings.open(recording)
  await recorder.write(streamOf(output(3, 20)), 0)
  expect(entriesOf(recording.id, 'recording.segments')).toHaveLength(0)
  recordings.beat(new Date(now().getTime() + 10_000))
  await recorder.close()
  expect(entriesOf(recording.id, 'recording.segments')).toHaveLength(1)
})

test('bytes that are no pieces break the recording; what came before is kept and the ending says so', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  const recorder = await recordings.open(recording)
  const stream = streamOf(output(5, 100))
  await recorder.write(stream, 0)
  await expect(recorder.write(Buffer.from([9, 9, 9, 9]), stream.length)).rejects.toThrow(RangeError)
  await expect(recorder.write(stream, stream.length)).rejects.toThrow(RangeError)
  await recordings.end(recording, 'broken', 'the agent sent what is no recording')
  expect(entriesOf(recording.id, 'recording.closed')[0]!.data).toMatchObject({
    how: 'broken',
    bytes: stream.length,
  })
  await expect(recordings.open(recording)).rejects.toThrow('closed')
})

test('the database may be away: bytes stay safe and are told when it is back', async () => {
  const recording = newRecording()
  let isAway = false
  const shaky = {
    ...parts(),
    writeEntry: async (tx: unknown, entry: Entry) => {
      if (isAway) throw new Error('the database is away')
      await parts().writeEntry(tx, entry)
    },
  }
  const recordings = new Recordings(shaky)
  const recorder = await recordings.open(recording)
  const stream = streamOf(output(200, 4000))
  isAway = true
  expect(await recorder.write(stream, 0)).toBe(stream.length)
  isAway = false
  await recorder.end('complete')
  const { rows } = await sql<{
    n: number
  }>`select sum(length)::int as n from recording_segment where terminal_id = ${recording.id}`.execute(
    database.db,
  )
  expect(rows[0]!.n).toBe(stream.length)
  const pieces = new PieceReader().read(await readStream(parts(), recording.id, 0, stream.length))
  expect(pieces).toHaveLength(200)
})

test('a commit whose answer was lost is not made twice', async () => {
  const recording = newRecording()
  let commits = 0
  const { db } = database
  // Every other commit is made and not heard of.
  const transaction = () => ({
    execute: async (act: Parameters<ReturnType<typeof db.transaction>['execute']>[0]) => {
      const result = await db.transaction().execute(act)
      if (commits++ % 2 === 0) throw new Error('the connection broke')
      return result
    },
  })
  const deaf = new Proxy(db, {
    get(target, name) {
      const own = Reflect.get(target, name)
      if (name === 'transaction') return transaction
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
  const recordings = new Recordings({ ...parts(), db: deaf })
  const recorder = await recordings.open(recording)
  const stream = streamOf(output(150, 4000))
  await recorder.write(stream, 0)
  await recorder.end('complete').catch(() => recordings.end(recording, 'complete').catch(() => {}))
  expect((await readStream(parts(), recording.id, 0, stream.length + 10)).equals(stream)).toBe(true)
  const told = entriesOf(recording.id, 'recording.segments').flatMap(
    ({ data }) => (data as { segments: { length: number }[] }).segments,
  )
  expect(told.reduce((sum, { length }) => sum + length, 0)).toBe(stream.length)
  expect(entriesOf(recording.id, 'recording.closed')).toHaveLength(1)
})

test('an empty recording ends as one', async () => {
  const recordings = new Recordings(parts())
  const recording = newRecording()
  await recordings.open(recording)
  await recordings.end(recording, 'interrupted', 'the agent went away')
  expect(entriesOf(recording.id, 'recording.closed')[0]!.data).toMatchObject({
    how: 'interrupted',
    bytes: 0,
    segments: 0,
  })
  entries = []
})
