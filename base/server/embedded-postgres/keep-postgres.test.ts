import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask } from './held-postgres.fixture.ts'
import { keepPostgres } from './keep-postgres.ts'
import { resolveDatabase } from './resolve-database.ts'

const binDirectory = process.env['ANNALS_POSTGRES_BIN']
let dataDirectory: string
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'annals-keep-'))
})
afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }))

test('a server that is killed comes back under the same URL with its data', async () => {
  let back = () => {}
  const lines: string[] = []
  const onLog = (line: string) => {
    lines.push(line)
    if (line.endsWith('ready to accept connections')) back()
  }
  await using kept = await keepPostgres({ dataDirectory, binDirectory, onLog })
  await ask(kept.url, 'create table mark as select 1 as n')
  for (let round = 0; round < 3; round++) {
    const killed = kept.pid
    const returned = new Promise<void>((resolve) => {
      back = resolve
    })
    process.kill(killed, 'SIGKILL')
    await returned
    expect(await ask(kept.url, 'select n from mark')).toEqual([{ n: 1 }])
    expect(kept.pid).not.toBe(killed)
  }
  expect(lines).toContain('The database server ended by itself (SIGKILL). Starting it again.')
})

test('without DATABASE_URL the database is ours, and disposing of it frees the data directory', async () => {
  const config = { databaseUrl: undefined, postgresBin: binDirectory, dataDirectory }
  for (let round = 0; round < 2; round++) {
    await using database = await resolveDatabase(config)
    expect(database.kind).toBe(binDirectory ? 'local' : 'embedded')
    expect(await ask(database.url, 'select 1 as n')).toEqual([{ n: 1 }])
  }
})

test('a local installation that is none is refused by the name of its setting', async () => {
  const config = { databaseUrl: undefined, postgresBin: '/usr/nowhere', dataDirectory }
  await expect(resolveDatabase(config)).rejects.toThrow('ANNALS_POSTGRES_BIN names /usr/nowhere')
})
