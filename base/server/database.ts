import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { readInstant } from './read-instant.ts'
import { tersePool } from './terse-pool.ts'

/**
 * Every table, by name. A feature adds its own in `server/tables.ts`:
 * `declare module '../../../base/server/database.ts' { interface Database { … } }`.
 * int8 columns are read as numbers: sequence numbers and sizes stay below 2^53.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by each feature's tables.ts
export interface Database {}

pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, readInstant)

export interface DatabaseOptions {
  /** A postgres:// URL; a unix socket as `postgres://user@/name?host=/directory`. */
  readonly url: string
  readonly poolSize?: number
  readonly applicationName?: string
}

export interface OpenDatabase extends AsyncDisposable {
  readonly db: Kysely<Database>
  readonly pool: pg.Pool
  readonly url: string
}

/**
 * How long a connection stays open that nobody uses. To open one takes the database 3 ms, and until it knows the tables a page of a
 * list takes it 5 ms instead of 1: closed after ten seconds, what ran beside a request left it such a new one. Kept for good,
 * they would take 20 MB each of a machine on which nobody works.
 */
const IDLE_MILLISECONDS = 20_000

/**
 * Opens a pool. A statement without a name is planned with its values each time: a generic plan on skewed data is up to 280 times
 * slower (docs/decisions/0005). What a table's constraints rule out is not looked for.
 */
export function openDatabase({
  url,
  poolSize = 16,
  applicationName = 'annals',
}: DatabaseOptions): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    idleTimeoutMillis: IDLE_MILLISECONDS,
    application_name: applicationName,
    options: '-c plan_cache_mode=auto -c constraint_exclusion=on -c timezone=UTC -c statement_timeout=60000',
  })
  // An idle connection that the server closes is replaced by the pool; the error itself is of no use to anyone.
  pool.on('error', () => {})
  // One that breaks while it is borrowed fails the query or the next one; without this it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: tersePool(pool) }) })
  return { db, pool, url, [Symbol.asyncDispose]: () => db.destroy() }
}
