import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { freshDatabase, testDatabase } from './postgres.ts'

test("a worker's database is migrated and answers", async () => {
  await using database = await testDatabase()
  const { rows } = await sql<{ n: number }>`select count(*) as n from schema_migration`.execute(database.db)
  expect(rows[0]?.n).toBeGreaterThanOrEqual(0)
  await database.wipe()
  await database.wipe()
})

test('two databases of one file can be made at once and do not see each other', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase({ migrated: true })])
  await using _one = one
  await using _two = two
  await sql`create table mark (n int)`.execute(one.db)
  const { rows } = await sql`select 1 from pg_class where relname = 'mark'`.execute(two.db)
  expect(rows).toEqual([])
})

test('a wipe restores what the migrations left, through foreign keys and refusing triggers', async () => {
  await using database = await freshDatabase()
  const { wipeStatement } = await import('./postgres-wipe.ts')
  await database.pool.query(`
    create table kind (id int generated always as identity primary key, name text, upper text generated always as (upper(name)) stored);
    insert into kind (name) values ('one'), ('two');
    create table thing (id int primary key, kind_id int references kind);
    create table ledger (seq bigint primary key) partition by range (seq);
    create table ledger_0 partition of ledger for values from (0) to (100);
    create function refuse() returns trigger language plpgsql as $$ begin raise 'append only'; end $$;
    create trigger refuse before delete on ledger for each statement execute function refuse();`)
  const statement = await wipeStatement(database.pool)
  await database.pool.query(`insert into thing values (1, 1); insert into ledger values (7);
    update kind set name = 'changed' where id = 2; insert into kind (name) values ('three')`)
  await database.pool.query(statement)
  const { rows } = await database.pool.query('select id, name, upper from kind order by id')
  expect(rows).toEqual([
    { id: 1, name: 'one', upper: 'ONE' },
    { id: 2, name: 'two', upper: 'TWO' },
  ])
  expect((await database.pool.query('select * from thing')).rows).toEqual([])
  expect((await database.pool.query('select * from ledger')).rows).toEqual([])
})
