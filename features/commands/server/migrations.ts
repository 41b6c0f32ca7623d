import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { Migration } from '../../../base/server/migrate.ts'

const table = `
  create table command (
    id uuid primary key, server_id uuid not null, server_name text not null,
    operator_id uuid, operator_name text not null, operator_kind text not null,
    work_session_id uuid, work_session_name text,
    shell text not null check (shell in ('system', 'internal')), account text, os_group text,
    line text not null, env_names text[] not null default '{}', stdin_bytes int, timeout_seconds int, run_after uuid,
    state text not null, submitted_at timestamptz not null, scheduled_at timestamptz, due_at timestamptz not null,
    delivered_at timestamptz, picked_up_at timestamptz, started_at timestamptz, finished_at timestamptz,
    heard_at timestamptz, cancel_requested_at timestamptz, stop_requested_at timestamptz,
    pid int, exit_code int, signal text, error_phase text, reason text, elapsed_ms double precision,
    result text not null default '', stdout_bytes bigint not null default 0, stderr_bytes bigint not null default 0,
    dropped_bytes bigint not null default 0, stream_offset bigint not null default 0,
    output_length bigint not null default 0, output_blob text, output_sha256 text, address text, client text,
    -- With it the planner knows that nobody's own and the agents' own have no row in common, and looks for none.
    constraint command_internal_nobodys check (shell = 'system' or operator_id is null)
  ) with (fillfactor = 85)`

/**
 * Every filter pair of the list has an index that gives its rows newest first. Success is what most rows are, so the
 * indexes by state leave it out; walking newest first finds it at once (docs/decisions/0005).
 */
const indexes = [
  'create index command_operator on command (operator_id, id desc)',
  'create index command_server on command (server_id, id desc)',
  'create index command_operator_server on command (operator_id, server_id, id desc)',
  "create index command_state on command (state, id desc) where state <> 'success'",
  "create index command_operator_state on command (operator_id, state, id desc) where state <> 'success'",
  "create index command_server_state on command (server_id, state, id desc) where state <> 'success'",
  "create index command_internal on command (server_id, id desc) where shell = 'internal'",
  "create index command_internal_all on command (id desc) where shell = 'internal'",
  'create index command_scheduled on command (id desc) where scheduled_at is not null',
  'create index command_scheduled_operator on command (operator_id, id desc) where scheduled_at is not null',
  'create index command_scheduled_server on command (server_id, id desc) where scheduled_at is not null',
  "create index command_waiting on command (run_after) where run_after is not null and state = 'scheduled'",
  "create index command_open on command (server_id) where state in ('queued', 'delivered', 'running', 'stuck')",
]

const others = [
  'create table command_turn (command_id uuid not null references command on delete cascade, at timestamptz not null, turn text not null)',
  'create index command_turn_command on command_turn (command_id)',
  `create table command_output (
     command_id uuid not null references command on delete cascade, start bigint not null, track smallint not null,
     at timestamptz not null, bytes bytea not null, primary key (command_id, start))`,
  'create table command_secret (command_id uuid primary key references command on delete cascade, sealed text not null)',
]

interface SearchIndex {
  readonly name: string
  readonly narrowing: string
  readonly where?: string
}

const slices = 'left(id::text, 6), left(id::text, 5)'

/**
 * Substring search needs pg_trgm; a database that does not offer it is still searched, by walking. With btree_gin the
 * index also knows whose, where and roughly when (time-slices.ts): what is common elsewhere is then not fetched to be
 * thrown away.
 */
async function searchIndexes(db: Kysely<Database>, indexes: readonly SearchIndex[]) {
  const { rows } = await sql<{
    name: string
  }>`select name from pg_available_extensions where name in ('pg_trgm', 'btree_gin')`.execute(db)
  const offered = rows.map(({ name }) => name)
  if (!offered.includes('pg_trgm')) return
  for (const name of offered) await sql`create extension if not exists ${sql.ref(name)}`.execute(db)
  for (const { name, narrowing, where = '' } of indexes) {
    const narrow = offered.includes('btree_gin') ? `${narrowing}, ` : ''
    await sql`drop index if exists ${sql.ref(name)}`.execute(db)
    await sql
      .raw(
        `create index ${name} on command using gin (${narrow}line gin_trgm_ops, result gin_trgm_ops) ${where}`,
      )
      .execute(db)
  }
}

export const commandsMigrations: Migration[] = [
  {
    name: 'commands/0001-commands',
    up: async (db) => {
      for (const statement of [table, ...indexes, ...others]) await sql.raw(statement).execute(db)
      await searchIndexes(db, [{ name: 'command_text', narrowing: 'operator_id, server_id, shell' }])
    },
  },
  {
    name: 'commands/0002-text-by-time',
    up: (db) =>
      searchIndexes(db, [
        { name: 'command_text', narrowing: `${slices}, operator_id, server_id` },
        // Of what is common with people, the agents' own may have nothing at all: to know that, all of it would be read.
        {
          name: 'command_text_internal',
          narrowing: `${slices}, server_id`,
          where: "where shell = 'internal'",
        },
      ]),
  },
  {
    name: 'commands/0003-operator-via',
    up: async (db) => {
      await sql`alter table command add column operator_via_id uuid, add column operator_via_name text`.execute(
        db,
      )
    },
  },
  {
    name: 'commands/0004-text-of-scheduled',
    // One command of many is given a time: to find such with a text, all that have the text would be fetched.
    up: async (db) => {
      await sql`set local statement_timeout to 0`.execute(db)
      await searchIndexes(db, [
        {
          name: 'command_text_scheduled',
          narrowing: `${slices}, operator_id, server_id`,
          where: 'where scheduled_at is not null',
        },
      ])
    },
  },
]
