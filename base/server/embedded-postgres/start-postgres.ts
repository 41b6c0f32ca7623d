import pg from 'pg'
import { databaseName, type PostgresOptions, type PreparedPostgres, preparePostgres } from './prepare.ts'
import { runServer, type ServerExit } from './run-server.ts'

export interface RunningPostgres extends AsyncDisposable {
  /** `postgres://annals@/annals?host=<directory>`, as the `pg` driver takes it. */
  readonly url: string
  readonly socketDirectory: string
  readonly pid: number
  readonly exited: Promise<ServerExit>
  /** Cuts connections, writes everything, ends the server and frees the data directory. */
  stop(): Promise<void>
}

/**
 * A PostgreSQL of our own, on a unix socket only, that ends when this process ends. Returns when it answers queries.
 * @throws StartupRefusal saying what the operator can do.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const prepared = await preparePostgres(options)
  try {
    const server = await runServer(prepared.run)
    void server.exited.then(() => prepared[Symbol.dispose]())
    try {
      await ensureDatabase(prepared)
    } catch (cause) {
      await server.stop()
      throw cause
    }
    return {
      url: prepared.url,
      socketDirectory: prepared.run.socketDirectory,
      pid: server.pid,
      exited: server.exited,
      stop: server.stop,
      [Symbol.asyncDispose]: server.stop,
    }
  } catch (cause) {
    prepared[Symbol.dispose]()
    throw cause
  }
}

/** Connects once, and makes the database in a cluster that has none yet. */
export async function ensureDatabase({ url, urlOf, isNew }: PreparedPostgres): Promise<void> {
  const create = () => query(urlOf('postgres'), `create database ${databaseName}`)
  if (isNew) return create()
  try {
    await query(url, 'select 1')
  } catch (cause) {
    if ((cause as { code?: string }).code !== '3D000') throw cause
    await create()
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'annals start' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
