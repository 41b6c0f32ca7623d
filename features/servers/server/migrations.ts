import { sql } from 'kysely'
import type { Migration } from '../../../base/server/migrate.ts'

const servers = [
  `create table server (
     id uuid primary key, name text not null, agent_id uuid not null unique, signing_key text not null unique,
     sealing_key text not null, token_id uuid, enrolled_at timestamptz not null, removed_at timestamptz,
     facts text, facts_at timestamptz, os text, runs_as text, agent_version text)`,
  'create unique index server_name on server (lower(name)) where removed_at is null',
  `create table server_link (
     server_id uuid primary key references server, is_connected boolean not null default false, connected_at timestamptz,
     heard_at timestamptz, protocol_version int, address text, clock_offset_ms float8, queue_reports int,
     queue_oldest_at timestamptz, complete_to timestamptz, checkpoint_size bigint, checkpoint_alarm text)
     with (fillfactor = 70)`,
  `create table agent_position (
     agent_id uuid primary key, server_id uuid not null references server, committed bigint not null default 0)
     with (fillfactor = 50)`,
  `create table server_team (
     server_id uuid not null references server, team_id uuid not null references team on delete cascade,
     primary key (team_id, server_id))`,
  'create index server_team_server on server_team (server_id)',
  `create table server_token (
     id uuid primary key, name text not null, secret_hash bytea not null unique, created_at timestamptz not null,
     expires_at timestamptz, uses int, used_count int not null default 0, revoked_at timestamptz)`,
  `create table server_token_team (
     token_id uuid not null references server_token, team_id uuid not null references team on delete cascade,
     primary key (token_id, team_id))`,
  `create table server_hole (
     id uuid primary key, server_id uuid not null references server, server_name text not null,
     from_number bigint not null, to_number bigint not null, since timestamptz, until timestamptz,
     state text not null check (state in ('lost', 'missing', 'filled')), why text not null, found_at timestamptz not null)`,
  'create index server_hole_server on server_hole (server_id, id)',
]

export const serverMigrations: Migration[] = [
  {
    name: 'servers/0001-servers',
    up: async (db) => {
      for (const statement of servers) await sql.raw(statement).execute(db)
    },
  },
]
