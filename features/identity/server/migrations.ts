import { sql } from 'kysely'
import type { Migration } from '../../../base/server/migrate.ts'
import { peopleMigration } from './people/migration.ts'
import { knownAddressMigration, signInMigration } from './sign-in/migration.ts'
import { ownEmailMigration, singleSignOnMigration } from './single-sign-on/migration.ts'
import { makeTokenTables } from './tokens/migration.ts'

export const identityMigrations: Migration[] = [
  {
    name: 'identity/0001-people-and-groups',
    up: async (db) => {
      await sql`
        create table person (
          id uuid primary key, username text not null unique, name text not null,
          role text not null check (role in ('admin', 'auditor', 'member')), account text, password_hash text,
          must_change_password boolean not null default false, created_at timestamptz not null, last_sign_in_at timestamptz)`.execute(
        db,
      )
      await sql`
        create table session (
          id uuid primary key, person_id uuid not null references person on delete cascade, secret_hash bytea not null unique,
          created_at timestamptz not null, seen_at timestamptz not null, expires_at timestamptz not null,
          address text not null, client text not null)`.execute(db)
      await sql`create index session_person on session (person_id)`.execute(db)
      await sql`create table team (id uuid primary key, name text not null, created_at timestamptz not null)`.execute(
        db,
      )
      await sql`create unique index team_name on team (lower(name))`.execute(db)
      await sql`
        create table team_member (
          team_id uuid not null references team on delete cascade, person_id uuid not null references person on delete cascade,
          role text not null check (role in ('owner', 'manager', 'member')), primary key (team_id, person_id))`.execute(
        db,
      )
      await sql`create index team_member_person on team_member (person_id)`.execute(db)
      await sql`
        create table workspace ("only" boolean primary key default true check ("only"), name text not null, time_zone text not null)`.execute(
        db,
      )
      await sql`insert into workspace (name, time_zone) values ('Annals', 'UTC')`.execute(db)
    },
  },
  {
    name: 'identity/0002-policy-and-stages',
    up: async (db) => {
      await sql`
        alter table person
          add column status text not null default 'active' check (status in ('invited', 'active', 'suspended', 'removed')),
          add column email text`.execute(db)
      await sql`
        alter table session
          add column stage text not null default 'open' check (stage in ('open', 'second-factor')),
          add column method text not null default 'password',
          add column confirmed_at timestamptz`.execute(db)
      await sql`
        alter table workspace
          add column second_factor text not null default 'optional' check (second_factor in ('optional', 'admins', 'everyone')),
          add column step_up_seconds int not null default 900,
          add column session_seconds int not null default 604800,
          add column session_idle_seconds int not null default 43200,
          add column lock_out_failures int not null default 10,
          add column lock_out_seconds_max int not null default 900`.execute(db)
    },
  },
  signInMigration,
  { name: 'identity/0004-tokens', up: makeTokenTables },
  peopleMigration,
  singleSignOnMigration,
  ownEmailMigration,
  knownAddressMigration,
]
