import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'

const statements = [
  `create table token (
     id uuid primary key, kind text not null check (kind in ('personal', 'service')), name text not null,
     person_id uuid references person on delete cascade, role text check (role in ('member', 'auditor')),
     secret_hash bytea not null unique, previous_hash bytea unique,
     scopes text[] not null, commands text[] not null, servers text[] not null, paths jsonb not null, addresses text[] not null,
     created_at timestamptz not null, created_by_id uuid not null, created_by_name text not null,
     expires_at timestamptz, rotated_at timestamptz,
     disabled_at timestamptz, disabled_by_id uuid, disabled_by_name text,
     last_used_at timestamptz, last_used_address text,
     constraint token_acts_as_one check (
       (kind = 'personal' and person_id is not null and role is null) or
       (kind = 'service' and person_id is null and role is not null)))`,
  'create index token_person on token (person_id, id desc)',
  `create table token_team (
     token_id uuid not null references token on delete cascade, team_id uuid not null references team on delete cascade,
     primary key (token_id, team_id))`,
  'create index token_team_team on token_team (team_id)',
]

export async function makeTokenTables(db: Kysely<Database>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
