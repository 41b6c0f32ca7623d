import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask } from '../held-postgres.fixture.ts'
import { startPostgres } from '../start-postgres.ts'
import { backUp } from './backup.ts'
import { copyTree } from './copy.ts'
import { manifestName } from './manifest.ts'
import { restore } from './restore.ts'

const binDirectory = process.env['ANNALS_POSTGRES_BIN']
let directory: string
let dataDirectory: string
let to: string
let restored: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-backup-'))
  dataDirectory = join(directory, 'data')
  to = join(directory, 'backup')
  restored = join(directory, 'restored')
  for (const part of ['blobs/recordings', 'keys', 'agent'])
    mkdirSync(join(dataDirectory, part), { recursive: true })
  writeFileSync(join(dataDirectory, 'keys/journal.pem'), 'a key', { mode: 0o600 })
  writeFileSync(join(dataDirectory, 'blobs/recordings/one'), 'bytes')
  writeFileSync(join(dataDirectory, 'agent/queue'), 'of this machine')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const backup = (options: { externalDatabase?: boolean } = {}) =>
  backUp({ dataDirectory, to, externalDatabase: false, binDirectory, ...options })

test('a backup taken under write load holds every row acknowledged before it began, and no gap', async () => {
  let acknowledged = 0
  let before = 0
  {
    await using running = await startPostgres({
      dataDirectory,
      binDirectory,
      settings: { max_wal_size: '32MB' },
    })
    await ask(running.url, 'create table entry (seq bigint primary key, body text)')
    const writer = new pg.Client({ connectionString: running.url })
    await writer.connect()
    let writing = true
    const written = (async () => {
      for (; writing; acknowledged += 100) {
        await writer.query(
          `insert into entry select n, repeat(md5(n::text), 20) from generate_series($1::int, $1::int + 99) n`,
          [acknowledged],
        )
        if (acknowledged % 2000 === 0) await writer.query('checkpoint')
      }
    })()
    while (acknowledged < 1000) await new Promise(setImmediate)
    before = acknowledged
    await backup()
    writing = false
    await written
    await writer.end()
  }
  expect(acknowledged).toBeGreaterThan(before)
  await restore({ from: to, dataDirectory: restored })
  await using running = await startPostgres({ dataDirectory: restored, binDirectory })
  const [found] = await ask(
    running.url,
    'select count(*)::int as rows, min(seq)::int as first, max(seq)::int as last from entry',
  )
  const { rows, first, last } = found as { rows: number; first: number; last: number }
  expect(first).toBe(0)
  expect(last).toBe(rows - 1)
  expect(rows).toBeGreaterThanOrEqual(before)
  expect(rows).toBeLessThanOrEqual(acknowledged)
  await ask(running.url, "create extension amcheck; select bt_index_check('entry_pkey', true)")
  await ask(running.url, 'insert into entry select max(seq) + 1 from entry')
})

test('a stopped installation can be backed up; files and keys come along, what belongs to the machine does not', async () => {
  {
    await using running = await startPostgres({ dataDirectory, binDirectory })
    await ask(running.url, 'create table mark as select 1 as n')
  }
  await backup()
  expect(readdirSync(to).sort()).toEqual(['blobs', 'keys', manifestName, 'postgres'])
  expect(statSync(join(to, 'keys/journal.pem')).mode & 0o777).toBe(0o600)
  await restore({ from: to, dataDirectory: restored })
  expect(readFileSync(join(restored, 'keys/journal.pem'), 'utf8')).toBe('a key')
  expect(statSync(join(restored, 'keys/journal.pem')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(restored, 'blobs/recordings/one'), 'utf8')).toBe('bytes')
  await using running = await startPostgres({ dataDirectory: restored, binDirectory })
  expect(await ask(running.url, 'select n from mark')).toEqual([{ n: 1 }])
})

test('nothing is overwritten: neither by a backup nor by a restore', async () => {
  mkdirSync(to)
  writeFileSync(join(to, 'other'), '')
  await expect(backup({ externalDatabase: true })).rejects.toThrow(`${to} is not empty`)
  rmSync(join(to, 'other'))
  await backup({ externalDatabase: true })
  mkdirSync(restored)
  writeFileSync(join(restored, 'other'), '')
  await expect(restore({ from: to, dataDirectory: restored })).rejects.toThrow(`${restored} is not empty`)
  expect(readdirSync(restored)).toEqual(['other'])
})

test('a backup that was altered, cut or not finished is refused, and nothing of it stays', async () => {
  const refused = async (why: string | RegExp) => {
    await expect(restore({ from: to, dataDirectory: restored })).rejects.toThrow(why)
    expect(existsSync(restored) ? readdirSync(restored) : []).toEqual([])
  }
  await backup({ externalDatabase: true })
  const blob = join(to, 'blobs/recordings/one')
  writeFileSync(blob, 'bytez')
  await refused('blobs/recordings/one is not what it was')
  appendFileSync(blob, 'more')
  await refused('has 9 bytes and should have 5')
  rmSync(blob)
  await refused('blobs/recordings/one is missing')
  symlinkSync('/etc/passwd', blob)
  await refused('blobs/recordings/one is missing')
  const manifest = readFileSync(join(to, manifestName), 'utf8')
  chmodSync(join(to, manifestName), 0o600)
  writeFileSync(join(to, manifestName), manifest.replace('blobs/recordings/one', 'blobs/../../../outside'))
  await refused('names blobs/../../../outside, which is no part of a backup')
  rmSync(join(to, manifestName))
  await refused('is not a finished backup')
})

test('a backup inside the data directory, or of no data, is refused', async () => {
  await expect(
    backUp({ dataDirectory, to: join(dataDirectory, 'backup'), externalDatabase: true }),
  ).rejects.toThrow('lies in the data directory itself')
  await expect(backup()).rejects.toThrow('has no database')
  await expect(
    backUp({ dataDirectory: join(directory, 'none'), to, externalDatabase: true }),
  ).rejects.toThrow('There is no data in')
})

test('files of one directory are copied in the order of their names, whatever order they were made in', async () => {
  for (const name of ['pieces', 'live-9', 'snapshots', 'live-0'])
    writeFileSync(join(dataDirectory, 'blobs/recordings', name), name)
  mkdirSync(to)
  const { files } = await copyTree(dataDirectory, to, 'blobs')
  expect(files.map(({ path }) => path)).toEqual(
    ['live-0', 'live-9', 'one', 'pieces', 'snapshots'].map((name) => `blobs/recordings/${name}`),
  )
})
