import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { type OpenDatabase, openDatabase } from '../base/server/database.ts'
import { lockDirectory } from '../base/server/embedded-postgres/lock-directory.ts'
import { startPostgres } from '../base/server/embedded-postgres/start-postgres.ts'
import { migrate } from '../base/server/migrate.ts'
import { wipeStatement } from './postgres-wipe.ts'

/**
 * PostgreSQL for tests: one cluster per run (this file is Vitest's `globalSetup`), one migrated template, and for each
 * worker a database cloned from it, emptied between tests.
 *
 * ANNALS_TEST_DATABASE_URL runs the suite on another server (a superuser's URL), ANNALS_POSTGRES_BIN on a cluster of
 * that installation's. Neither: the embedded one, with fsync off.
 */
declare module 'vitest' {
  interface ProvidedContext {
    readonly postgres: TestCluster
  }
}

interface TestCluster {
  /** Of the maintenance database. */
  readonly url: string
  readonly template: string
  /** Leads the names of all databases of this run. */
  readonly prefix: string
  /** Empties a database cloned from the template, in one message. */
  readonly wipe: string
}

export interface TestDatabase extends OpenDatabase {
  /** Brings every table back to what the migrations left in it. Sequences go on. */
  wipe(): Promise<void>
}

const directoryPrefix = 'annals-test-'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ANNALS_TEST_DATABASE_URL']
  const cluster = given ? { url: given, stop: undefined } : await startTestCluster()
  try {
    return await prepareRun(project, cluster)
  } catch (cause) {
    await cluster.stop?.()
    throw cause
  }
}

interface Cluster {
  readonly url: string
  /** undefined: somebody else's server, where the run's databases are dropped instead. */
  readonly stop: (() => Promise<void>) | undefined
}

async function prepareRun(project: TestProject, { url, stop }: Cluster): Promise<() => Promise<void>> {
  const prefix = `annals_test_${process.pid.toString(36)}_${Date.now().toString(36)}`
  const template = `${prefix}_template`
  await command(url, `create database ${template} template template0`)
  const wipe = await buildTemplate(databaseOn(url, template))
  project.provide('postgres', { url, template, prefix, wipe })
  return async () => {
    if (stop) return stop()
    const names = await command(
      url,
      `select datname from pg_database where starts_with(datname, '${prefix}')`,
    )
    for (const { datname } of names) await command(url, `drop database "${datname}" with (force)`)
  }
}

/** This worker's database, as the migrations left it. Each call opens a pool of its own on the same database. */
export async function testDatabase(): Promise<TestDatabase> {
  const { url, prefix, template, wipe } = inject('postgres')
  const name = `${prefix}_${process.env['VITEST_POOL_ID'] ?? '0'}`
  const isNew = await createDatabase(url, name, template)
  const database = withWipe(
    openDatabase({ url: databaseOn(url, name), applicationName: 'annals test' }),
    wipe,
  )
  if (!isNew) await database.wipe()
  return database
}

/** A database of one test's own, dropped when disposed of: empty, or migrated. For tests that change the schema. */
export async function freshDatabase({ migrated = false } = {}): Promise<OpenDatabase> {
  const { url, prefix, template } = inject('postgres')
  const name = `${prefix}_fresh_${Math.random().toString(36).slice(2)}`
  await createDatabase(url, name, migrated ? template : 'template0')
  const database = openDatabase({ url: databaseOn(url, name), applicationName: 'annals test' })
  return {
    ...database,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]()
      await command(url, `drop database ${name} with (force)`)
    },
  }
}

async function startTestCluster(): Promise<Cluster> {
  removeAbandoned()
  const dataDirectory = mkdtempSync(join(tmpdir(), directoryPrefix))
  const running = await startPostgres({
    dataDirectory,
    durable: false,
    maxConnections: 200,
    sharedBuffersMegabytes: 128,
    binDirectory: process.env['ANNALS_POSTGRES_BIN'],
  })
  return {
    url: running.url,
    stop: async () => {
      await running.stop()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** A run that was killed left its directory; nobody holds the lock in it. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(directoryPrefix))) {
    const directory = join(tmpdir(), name)
    try {
      lockDirectory(directory, 'postgres', 0).release()
      rmSync(directory, { recursive: true, force: true })
    } catch {
      // Another run's, still going.
    }
  }
}

async function buildTemplate(url: string): Promise<string> {
  const { migrations } = await import('../seed/migrations.ts')
  await using database = openDatabase({ url, poolSize: 1 })
  await migrate(database.db, migrations)
  return await wipeStatement(database.pool)
}

/** @returns whether it was made now. */
async function createDatabase(url: string, name: string, template: string): Promise<boolean> {
  try {
    await command(url, `create database ${name} template ${template} strategy file_copy`)
    return true
  } catch (cause) {
    if ((cause as { code?: string }).code === '42P04') return false
    throw cause
  }
}

function withWipe(database: OpenDatabase, statement: string): TestDatabase {
  return { ...database, wipe: async () => void (await database.pool.query(statement)) }
}

function databaseOn(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`)
}

async function command(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'annals test setup' })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
