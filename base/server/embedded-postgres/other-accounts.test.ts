import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canTraverse } from './account.ts'
import { ask, type HeldPostgres, holdPostgres } from './held-postgres.fixture.ts'
import { startPostgres } from './start-postgres.ts'

const isRoot = process.geteuid?.() === 0
const daemon = { uid: 1, gid: 1 }
const nameless = { uid: 26_000, gid: 26_000 }
const sourceIsReadable = canTraverse({ ...daemon, name: 'daemon' }, import.meta.dirname)
const binDirectory = process.env['ANNALS_POSTGRES_BIN']

let directory: string
let held: HeldPostgres | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-account-'))
})
afterEach(async () => {
  await held?.stop()
  held = undefined
  rmSync(directory, { recursive: true, force: true })
})

describe.runIf(isRoot)('as root', () => {
  test('the server runs as another account, also below a directory that only root can enter', async () => {
    const closed = join(directory, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const dataDirectory = join(closed, 'data')
    await using running = await startPostgres({ dataDirectory, binDirectory })
    expect(await ask(running.url, 'select 1 as n')).toEqual([{ n: 1 }])
    const { uid } = statSync(`/proc/${running.pid}`)
    expect(uid).not.toBe(0)
    expect(statSync(join(dataDirectory, 'postgres')).uid).toBe(uid)
    expect(statSync(dataDirectory).uid).toBe(0)
    await ask(running.url, 'create extension pg_trgm')
    await ask(running.url, 'checkpoint')
  })

  test('a cluster that root owns, as after a restore, is handed to the account', async () => {
    const dataDirectory = join(directory, 'data')
    await (await startPostgres({ dataDirectory, binDirectory })).stop()
    const cluster = join(dataDirectory, 'postgres')
    for (const name of ['', ...readdirSync(cluster, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(cluster, name), 0, 0)
    }
    await using running = await startPostgres({ dataDirectory, binDirectory })
    expect(await ask(running.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })
})

describe.runIf(isRoot && sourceIsReadable)('as an ordinary user', () => {
  beforeEach(() => chmodSync(directory, 0o711))

  test.each([
    ['with a name', daemon],
    ['whose uid has no name', nameless],
  ])('%s, it starts, stops and starts again as that user', async (_, user) => {
    const home = join(directory, 'home')
    mkdirSync(home, { mode: 0o700 })
    chownSync(home, user.uid, user.gid)
    const dataDirectory = join(home, 'data')
    held = await holdPostgres({ dataDirectory, binDirectory }, user)
    expect(held.refusal).toBeUndefined()
    await ask(held.url, 'create table mark as select 1 as n')
    await held.stop()
    held = await holdPostgres({ dataDirectory, binDirectory }, user)
    expect(await ask(held.url, 'select n from mark')).toEqual([{ n: 1 }])
    expect(statSync(`/proc/${held.pid}`).uid).toBe(user.uid)
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o700)
  })

  test('data that another user owns is refused with a sentence', async () => {
    const dataDirectory = join(directory, 'data')
    mkdirSync(dataDirectory, { mode: 0o755 })
    held = await holdPostgres({ dataDirectory, binDirectory }, daemon)
    expect(held.refusal).toContain('ANNALS_DATA must be a directory this user can write')
  })
})

test('a data directory with a path too long for a socket works, and its socket is for its owner only', async () => {
  const dataDirectory = join(directory, 'd'.repeat(120), 'data')
  await using running = await startPostgres({ dataDirectory, binDirectory })
  expect(await ask(running.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(running.socketDirectory).not.toContain('dddd')
  expect(statSync(running.socketDirectory).mode & 0o777).toBe(0o700)
  await running.stop()
  expect(() => statSync(running.socketDirectory)).toThrow('ENOENT')
})
