import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../../base/common/id.ts'
import { type BlobStore, fileBlobStore } from '../../../../base/server/blobs/blob-store.ts'
import { migrate } from '../../../../base/server/migrate.ts'
import { freshDatabase } from '../../../../test/postgres.ts'
import { encodePiece, PieceTrack } from '../../common/piece.ts'
import { recordingMigrations } from '../recording/index.ts'
import { Recordings } from '../recording/recordings.ts'
import { screenAt } from './screen.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let directory: string
let blobs: BlobStore

beforeAll(async () => {
  database = await freshDatabase()
  await migrate(database.db, recordingMigrations)
  // All that is asked of it here is its size.
  await sql`create table terminal (id uuid primary key, cols int, rows int)`.execute(database.db)
  directory = await mkdtemp(join(tmpdir(), 'annals-screen-'))
  blobs = fileBlobStore(directory)
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** A recording of so many bytes of numbered lines that nobody has drawn. */
async function flooded(bytes: number) {
  const { db } = database
  const now = () => new Date('2026-08-03T09:00:00Z')
  const parts = { db, blobs, now, writeEntry: async () => {}, sealSoon: () => {} }
  const recordings = new Recordings({ ...parts, log: pino({ level: 'silent' }) })
  const actor = { id: newId(), name: 'Mina Park', kind: 'person' as const }
  const id = newId()
  await sql`insert into terminal values (${id}, 100, 30)`.execute(db)
  const recorder = await recordings.open({ id, actor, startedAt: now(), columns: 80, rows: 24 })
  for (let number = 0; recorder.offset < bytes; number++) {
    const content = Buffer.from(`line ${number}\r\n`.repeat(1000))
    await recorder.write(encodePiece({ track: PieceTrack.output, at: 0, content }, 0), recorder.offset)
  }
  await recordings.stop()
  return { id, end: recorder.offset, db }
}

const shownBy = ({ steps }: Awaited<ReturnType<typeof screenAt>>) =>
  Buffer.concat(steps.flatMap((step) => ('bytes' in step ? [step.bytes] : []))).toString()

test('a flood that nobody has drawn yet is shown by its last stretch, up to the byte', async () => {
  const { id, end, db } = await flooded(3_000_000)
  const screen = await screenAt({ db, blobs }, id, end)
  expect(screen).toMatchObject({ cols: 100, rows: 30 })
  const shown = shownBy(screen)
  expect(shown.length).toBeGreaterThan(150_000)
  expect(shown.length).toBeLessThan(400_000)
  expect(shown.slice(-40)).toMatch(/^(.*\r\n)?(line (\d+)\r\n)(line \3\r\n)+$/)
})

test('what is short is shown from its beginning', async () => {
  const { id, end, db } = await flooded(500_000)
  const screen = await screenAt({ db, blobs }, id, end)
  expect(screen).toMatchObject({ cols: 80, rows: 24 })
  expect(shownBy(screen)).toMatch(/^line 0\r\n/)
})
