import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { Migration } from '../../../base/server/migrate.ts'
import { packed } from './pack-counts.ts'

/** Narrow, and never joined to the living: names, client and details stay in the journal and are read from there. */
const tables = [
  `create table activity (
     seq bigint primary key, last_seq bigint not null, at timestamptz not null, actor_id uuid not null,
     request_id text not null, status smallint not null, entries int not null, times int not null,
     new_address boolean not null, signed_in boolean not null, actor_kind text not null, action text not null, object_kind text, object_id text,
     server_ids uuid[] not null default '{}', words text not null check (length(words) <= 600),
     unique (request_id, status)) with (fillfactor = 95)`,
  'create index activity_at on activity (at, seq)',
  'create index activity_actor on activity (actor_id, at, seq)',
  'create index activity_action on activity (action, at, seq)',
  'create index activity_object on activity (object_id, at, seq) where object_id is not null',
  'create index activity_object_kind on activity (object_kind, at, seq) where object_kind is not null',
  'create index activity_failed on activity (at, seq) where status >= 400',
  'create index activity_failed_actor on activity (actor_id, at, seq) where status >= 400',
  'create table activity_mark (seq bigint not null, at timestamptz)',
  'insert into activity_mark values (0, null)',
  `create table activity_count (
     owner_id uuid, action text, dimension text, span smallint, at timestamptz, key text, failed boolean,
     n bigint not null, primary key (owner_id, action, dimension, span, at, key, failed)) with (fillfactor = 70)`,
  "create index activity_count_key on activity_count (owner_id, key, span, at) where dimension = 'action'",
  // Who did one thing: everybody's counts by person and action, read the other way round.
  "create index activity_count_action on activity_count (key, span, at) where dimension = 'action'",
  `create table activity_name (id uuid, actor_id uuid, name text not null, seq bigint not null, primary key (id, actor_id))
     with (fillfactor = 70)`,
  `create table activity_address (
     actor_id uuid, address text, seq bigint not null, at timestamptz not null, is_first boolean not null,
     primary key (actor_id, address))`,
  'create index activity_address_new on activity_address (at) where not is_first',
]

/** Substring search needs pg_trgm; a database that does not offer it is still searched, by walking. */
async function searchIndex(db: Kysely<Database>) {
  const { rows } = await sql`select from pg_available_extensions where name = 'pg_trgm'`.execute(db)
  if (rows.length === 0) return
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`create index activity_words on activity using gin (words gin_trgm_ops) with (fastupdate = off)`.execute(
    db,
  )
}

/**
 * With btree_gin the index of substrings also knows whose and roughly when: a page is looked for in a stretch of time, and what is
 * common elsewhere is not fetched to be thrown away. The expressions are those of text-index.ts as they were released.
 */
async function searchIndexByTime(db: Kysely<Database>) {
  const { rows } =
    await sql`select from pg_available_extensions where name in ('pg_trgm', 'btree_gin')`.execute(db)
  if (rows.length < 2) return
  await sql`create extension if not exists btree_gin`.execute(db)
  await sql`drop index if exists activity_words`.execute(db)
  const slices = [2 ** 14, 2 ** 18].map(
    (seconds) => `(floor(date_part('epoch', at - '1970-01-01 00:00:00+00'::timestamptz) / ${seconds})::int)`,
  )
  await sql
    .raw(
      `create index activity_words on activity using gin (${slices.join(', ')}, actor_id, words gin_trgm_ops) with (fastupdate = off)`,
    )
    .execute(db)
}

/**
 * Counts of a day, a month or a year go into one row: a chart of two years by the hour reads 730 rows instead of
 * 17,520. Nothing is counted anew: the counts there were are the log's.
 */
const packing = [
  `set local timezone to 'UTC'`,
  'set local statement_timeout to 0',
  `set local work_mem to '256MB'`,
  'alter table activity_count rename to activity_count_single',
  'drop index activity_count_key',
  'drop index activity_count_action',
  'alter table activity_count_single drop constraint activity_count_pkey',
  `create table activity_count (
     owner_id uuid, action text, dimension text, span smallint, at timestamptz, key text, failed boolean,
     n bigint[] not null) with (fillfactor = 70)`,
  packed('activity_count_single', 2),
  packed('activity_count_single', 1),
  packed('activity_count_single', 0),
  'drop table activity_count_single',
  'alter table activity_count add primary key (owner_id, action, dimension, span, at, key, failed)',
  "create index activity_count_key on activity_count (owner_id, key, span, at) where dimension = 'action'",
  "create index activity_count_action on activity_count (key, span, at) where dimension = 'action'",
  'analyze activity_count',
]

export const activityMigrations: readonly Migration[] = [
  {
    name: 'activity/0001-activity',
    up: async (db) => {
      for (const statement of tables) await sql.raw(statement).execute(db)
      await searchIndex(db)
    },
  },
  {
    name: 'activity/0002-server',
    up: async (db) => {
      // Most requests have to do with no server, and are not in it.
      await sql`create index activity_server on activity using gin (server_ids) where server_ids <> '{}'`.execute(
        db,
      )
    },
  },
  {
    name: 'activity/0003-packed-counts',
    up: async (db) => {
      for (const statement of packing) await sql.raw(statement).execute(db)
    },
  },
  {
    name: 'activity/0004-text-by-time',
    up: async (db) => {
      await sql`set local statement_timeout to 0`.execute(db)
      await searchIndexByTime(db)
    },
  },
  {
    name: 'activity/0005-gather-words',
    // Seventy parts of each row went into the index one by one, each into the log with what lies beside it. Some hundred rows are
    // gathered first; the few pages of them are looked through with each question.
    up: async (db) => {
      await sql`alter index if exists activity_words set (fastupdate = on, gin_pending_list_limit = 128)`.execute(
        db,
      )
    },
  },
]
