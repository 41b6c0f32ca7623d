import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/postgres.ts'
import { isDatabaseAway } from './database-away.ts'

const failure = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => undefined,
    (error) => error,
  )

test('a connection that was ended, and every use of it after that, says that the database is away', async () => {
  await using database = await freshDatabase()
  const client = await database.pool.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const asked = failure(client.query('select pg_sleep(600)'))
  await database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  expect(isDatabaseAway(await asked)).toBe(true)
  expect(isDatabaseAway(await failure(client.query('select 1')))).toBe(true)
  client.release(true)
})

test('a database that nobody has started is away', async () => {
  for (const connectionString of [
    'postgres://annals@/annals?host=/nowhere/at/all',
    'postgres://annals@127.0.0.1:1/annals',
  ])
    expect(isDatabaseAway(await failure(new pg.Client({ connectionString }).connect()))).toBe(true)
})

test('a statement that is wrong, and a file that is not there, are no such thing', async () => {
  await using database = await freshDatabase()
  for (const statement of ['select 1/0', 'select nothing from nowhere', 'selekt'])
    expect(isDatabaseAway(await failure(database.pool.query(statement)))).toBe(false)
  expect(isDatabaseAway(Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }))).toBe(
    false,
  )
  expect(isDatabaseAway(new Error('the end of the recording is missing on disk'))).toBe(false)
})
