import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, gone, holdPostgres, killHolder } from './held-postgres.fixture.ts'
import { preparePostgres } from './prepare.ts'
import { runServer } from './run-server.ts'
import { startPostgres } from './start-postgres.ts'

let dataDirectory: string
const binDirectory = process.env['ANNALS_POSTGRES_BIN']

/** A child may have ended by itself when its server was killed. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (cause) {
    expect((cause as { code?: string }).code).toBe('ESRCH')
  }
}

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'annals-start-'))
})
afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }))

test('what was committed is there after a stop and a second start', async () => {
  {
    await using running = await startPostgres({ dataDirectory, binDirectory })
    await ask(running.url, 'create table mark (n int); insert into mark values (7)')
  }
  const lines: string[] = []
  await using running = await startPostgres({
    dataDirectory,
    binDirectory,
    onLog: (line) => lines.push(line),
  })
  expect(await ask(running.url, 'select n from mark')).toEqual([{ n: 7 }])
  expect(lines.join('\n')).not.toContain('not properly shut down')
})

test('it syncs, checks pages, orders by code point, listens on no network', async () => {
  await using running = await startPostgres({ dataDirectory, binDirectory })
  const settings = await ask(
    running.url,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
            current_setting('full_page_writes') as pages, current_setting('data_checksums') as checksums,
            current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding,
            'Z' < 'a' as by_code_point, 'é' ~ '[[:alpha:]]' as knows_letters`,
  )
  expect(settings).toEqual([
    {
      fsync: 'on',
      commit: 'on',
      pages: 'on',
      checksums: 'on',
      addresses: '',
      encoding: 'UTF8',
      by_code_point: true,
      knows_letters: true,
    },
  ])
})

test('a parent that is killed takes the server with it, cleanly, and the next start works', async () => {
  const held = await holdPostgres({ dataDirectory, binDirectory })
  await ask(held.url, 'create table mark as select 1 as n')
  await killHolder(held)
  const lines: string[] = []
  await using running = await startPostgres({
    dataDirectory,
    binDirectory,
    onLog: (line) => lines.push(line),
  })
  await gone(held.pid)
  expect(await ask(running.url, 'select n from mark')).toEqual([{ n: 1 }])
  expect(lines.join('\n')).not.toContain('not properly shut down')
})

test('where there is no setpriv, a killed parent still takes the server with it', async () => {
  const env = { ...process.env, ANNALS_TEST_NO_SETPRIV: '1' }
  const held = await holdPostgres({ dataDirectory, binDirectory }, { env })
  await killHolder(held)
  await gone(held.pid)
  expect(() => readFileSync(join(dataDirectory, 'postgres/postmaster.pid'))).toThrow('ENOENT')
})

test('kill -9 of the server, all its children and its parent loses nothing that was acknowledged', async () => {
  let acknowledged = 0
  for (let round = 0; round < 3; round++) {
    const held = await holdPostgres({ dataDirectory, binDirectory })
    await ask(held.url, 'create table if not exists mark (n int primary key)')
    const until = acknowledged + 50
    while (acknowledged < until) {
      await ask(held.url, `insert into mark values (${acknowledged})`)
      acknowledged++
    }
    const children = execFileSync('ps', ['--ppid', String(held.pid), '-o', 'pid='], { encoding: 'utf8' })
    for (const pid of [held.child.pid, held.pid, ...children.trim().split(/\s+/).map(Number)]) {
      kill(pid as number)
    }
    await using running = await startPostgres({ dataDirectory, binDirectory })
    const rows = await ask(running.url, 'select count(*)::int as rows, max(n) as last from mark')
    expect(rows).toEqual([{ rows: acknowledged, last: acknowledged - 1 }])
  }
})

test('a second start on the same data is refused with a sentence that names the first', async () => {
  await using _running = await startPostgres({ dataDirectory, binDirectory })
  await expect(startPostgres({ dataDirectory, binDirectory })).rejects.toThrow(
    `Another Annals process (pid ${process.pid} on `,
  )
  const other = await holdPostgres({ dataDirectory, binDirectory })
  expect(other.refusal).toContain(`is using ${dataDirectory}. Stop it first`)
})

test('a postmaster.pid whose pid is another program by now is in nobody’s way', async () => {
  await (await startPostgres({ dataDirectory, binDirectory })).stop()
  const file = join(dataDirectory, 'postgres/postmaster.pid')
  writeFileSync(
    file,
    `${process.pid}\n/proc/self/fd/3\n1700000000\n5432\n/proc/self/fd/4\n\n  1 1\nready   \n`,
  )
  const lines: string[] = []
  await using running = await startPostgres({
    dataDirectory,
    binDirectory,
    onLog: (line) => lines.push(line),
  })
  expect(await ask(running.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(lines[0]).toContain(`pid ${process.pid} is another program now`)
})

test('a server that lost its master but did not notice is stopped, and its data kept', async () => {
  const prepared = await preparePostgres({ dataDirectory, binDirectory })
  const left = await runServer(prepared.run)
  await ask(prepared.urlOf('postgres'), 'create database annals')
  prepared[Symbol.dispose]()
  const lines: string[] = []
  await using running = await startPostgres({
    dataDirectory,
    binDirectory,
    onLog: (line) => lines.push(line),
  })
  await left.exited
  expect(lines[0]).toBe(`Waiting for the previous database server (pid ${left.pid}) to finish.`)
  expect(await ask(running.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a server that somebody else runs on the cluster is left alone, with a sentence', async () => {
  const prepared = await preparePostgres({ dataDirectory, binDirectory })
  const foreign = await runServer({ ...prepared.run, settings: { listen_addresses: '' } })
  prepared[Symbol.dispose]()
  await expect(startPostgres({ dataDirectory, binDirectory })).rejects.toThrow(
    `A PostgreSQL server that Annals did not start (pid ${foreign.pid}) is running on`,
  )
  await foreign.stop()
})

test('a cluster of another major version is refused with a sentence', async () => {
  await (await startPostgres({ dataDirectory, binDirectory })).stop()
  writeFileSync(join(dataDirectory, 'postgres/PG_VERSION'), '14\n')
  await expect(startPostgres({ dataDirectory, binDirectory })).rejects.toThrow('was made by PostgreSQL 14')
})

test('an initdb cut short is done again', async () => {
  await (await startPostgres({ dataDirectory, binDirectory })).stop()
  const half = join(dataDirectory, 'postgres.new')
  execFileSync('mv', [join(dataDirectory, 'postgres'), half])
  rmSync(join(half, 'global'), { recursive: true })
  await using running = await startPostgres({ dataDirectory, binDirectory })
  expect(await ask(running.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a server that cannot start says in its own words why', async () => {
  const settings = { shared_buffers: 'plenty' }
  await expect(startPostgres({ dataDirectory, binDirectory, settings })).rejects.toThrow('shared_buffers')
})
