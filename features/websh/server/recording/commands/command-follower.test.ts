import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, test } from 'vitest'
import { newId } from '../../../../../base/common/id.ts'
import { fileBlobStore } from '../../../../../base/server/blobs/blob-store.ts'
import { migrate } from '../../../../../base/server/migrate.ts'
import { freshDatabase } from '../../../../../test/postgres.ts'
import { encodePiece, PieceTrack } from '../../../common/piece.ts'
import { recordingMigrations } from '../migration.ts'
import { Recordings } from '../recordings.ts'
import { CommandFollower } from './command-follower.ts'

test('a list of commands that cannot be read stays incomplete, and is tried again at the next start', async () => {
  await using database = await freshDatabase()
  await migrate(database.db, recordingMigrations)
  const directory = await mkdtemp(join(tmpdir(), 'annals-commands-'))
  const blobs = fileBlobStore(directory)
  const parts = {
    ...{ db: database.db, blobs, writeEntry: async () => {}, sealSoon: () => {} },
    ...{ now: () => new Date('2026-08-03T09:00:00Z'), log: pino({ level: 'silent' }) },
  }
  const id = newId()
  const recorder = await new Recordings(parts).open({
    ...{ id, startedAt: parts.now(), columns: 80, rows: 24, server: { id: newId(), name: 'web-1' } },
    actor: { id: newId(), name: 'Mina Park', kind: 'person' },
  })
  await recorder.write(encodePiece({ track: PieceTrack.output, at: 0, content: Buffer.from('$ ') }, 0), 0)
  await recorder.end('complete')
  const isWhole = async () =>
    (await database.db.selectFrom('recording').select('are_commands_whole as is').executeTakeFirstOrThrow())
      .is

  const unreadable = {
    ...blobs,
    read: () => {
      throw new Error('the disk is away')
    },
  }
  const follower = new CommandFollower({ ...parts, blobs: unreadable })
  for (let round = 0; round < 3; round++) expect(await follower.catchUp()).toBe(true)
  expect(await follower.catchUp()).toBe(false)
  expect(await isWhole()).toBe(false)
  await follower.stop()

  const next = new CommandFollower(parts)
  while (await next.catchUp());
  expect(await isWhole()).toBe(true)
  await next.stop()
  await rm(directory, { recursive: true })
})
