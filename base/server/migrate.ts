import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'

/** One step of one feature's schema. Applied once, in order, never edited after it has been released. */
export interface Migration {
  /** `<feature>/<NNNN>-<what>`, for example `commands/0001-commands`. */
  readonly name: string
  readonly up: (db: Kysely<Database>) => Promise<void>
}

/**
 * Applies what is missing, all in one transaction under one lock, so that two servers started together do not collide.
 * @returns the names applied now.
 */
export async function migrate(db: Kysely<Database>, migrations: readonly Migration[]): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(7300, 1)`.execute(tx)
    await sql`create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default clock_timestamp())`.execute(
      tx,
    )
    const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(tx)
    const applied = new Set(rows.map((row) => row.name))
    const missing = migrations.filter((migration) => !applied.has(migration.name))
    for (const migration of missing) {
      await migration.up(tx)
      await sql`insert into schema_migration (name) values (${migration.name})`.execute(tx)
    }
    return missing.map((migration) => migration.name)
  })
}
