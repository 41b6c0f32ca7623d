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

test('a list that became whole meanwhile, as that of an imported cast does, is left as it is', async () => {
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
    ...{ id, startedAt: parts.now(), columns: 80, rows: 24, server: undefined },
    actor: { id: newId(), name: 'Mina Park', kind: 'person' },
  })
  const pieces = [
    [PieceTrack.output, '$ '],
    [PieceTrack.input, 'ls\r'],
    [PieceTrack.output, 'ls\r\nfile\r\n$ '],
  ] as const
  const stream = pieces.map(([track, text]) => encodePiece({ track, at: 0, content: Buffer.from(text) }, 0))
  await recorder.write(Buffer.concat(stream), 0)
  await recorder.end('complete')
  const whole = () => database.db.updateTable('recording').set({ are_commands_whole: true }).execute()
  const lists = () => database.db.selectFrom('terminal_command').select('text').execute()

  const meanwhile = new Proxy(blobs, {
    get: (target, name) =>
      name === 'read'
        ? (...args: Parameters<typeof blobs.read>) => whole().then(() => target.read(...args))
        : Reflect.get(target, name),
  })
  const follower = new CommandFollower({ ...parts, blobs: meanwhile })
  while (await follower.catchUp());
  expect(await lists()).toEqual([])
  await follower.stop()

  await database.db.updateTable('recording').set({ are_commands_whole: false }).execute()
  const other = new CommandFollower(parts)
  while (await other.catchUp());
  expect(await lists()).toEqual([{ text: 'ls' }])
  await other.stop()
  await rm(directory, { recursive: true })
})
