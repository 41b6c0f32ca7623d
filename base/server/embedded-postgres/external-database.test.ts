import { expect, inject, test } from 'vitest'
import { freshDatabase } from '../../../test/postgres.ts'
import { checkExternalDatabase } from './external-database.ts'
import { resolveDatabase } from './resolve-database.ts'

test('DATABASE_URL is used as it is and never stopped', async () => {
  await using database = await freshDatabase()
  const config = { databaseUrl: database.url, postgresBin: undefined, dataDirectory: '/nowhere' }
  {
    await using resolved = await resolveDatabase(config)
    expect(resolved).toMatchObject({ kind: 'external', url: database.url, pid: undefined })
  }
  expect((await database.pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
})

test('a server that does not answer, a missing database and a user without rights are told apart', async () => {
  await using database = await freshDatabase()
  const { url } = inject('postgres')
  await expect(checkExternalDatabase('postgres://annals:secret@127.0.0.1:1/annals')).rejects.toThrow(
    /^DATABASE_URL: no PostgreSQL answers at 127\.0\.0\.1:1 \((?!.*secret)/,
  )
  const missing = database.url.replace(/(\/\/[^/]*\/)[^?]*/, '$1no_such_database')
  await expect(checkExternalDatabase(missing)).rejects.toThrow('has no database no_such_database')
  const role = `plain_${Math.random().toString(36).slice(2)}`
  await database.pool.query(`create role ${role} login`)
  const plain = database.url.replace(/\/\/[^/]*\//, `//${role}@/`)
  try {
    if (url.includes('host=')) {
      await expect(checkExternalDatabase(plain)).rejects.toThrow(`the user ${role} may not create tables`)
    }
  } finally {
    await database.pool.query(`drop role ${role}`)
  }
})
