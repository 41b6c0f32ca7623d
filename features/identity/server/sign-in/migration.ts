import { sql } from 'kysely'
import type { Migration } from '../../../../base/server/migrate.ts'

export const signInMigration: Migration = {
  name: 'identity/0003-second-factors-and-lock-out',
  up: async (db) => {
    await sql`
      create table totp (
        person_id uuid primary key references person on delete cascade, seed bytea, confirmed_at timestamptz,
        last_used_at timestamptz, last_step int8 not null default 0, pending_seed bytea, pending_at timestamptz)`.execute(
      db,
    )
    await sql`
      create table passkey (
        id uuid primary key, person_id uuid not null references person on delete cascade, credential_id text not null unique,
        public_key bytea not null, counter int8 not null, transports text not null, host text not null, name text not null,
        is_backed_up boolean not null, created_at timestamptz not null, last_used_at timestamptz)`.execute(db)
    await sql`create index passkey_person on passkey (person_id)`.execute(db)
    await sql`
      create table recovery_code (
        id uuid primary key, person_id uuid not null references person on delete cascade, code_mark bytea not null,
        made_at timestamptz not null, used_at timestamptz)`.execute(db)
    await sql`create index recovery_code_person on recovery_code (person_id)`.execute(db)
    await sql`
      create table sign_in_failure (
        mark bytea primary key, failures int not null, last_at timestamptz not null, wait_until timestamptz)`.execute(
      db,
    )
    await sql`create index sign_in_failure_least on sign_in_failure (failures, last_at)`.execute(db)
    await sql`
      create table known_place (
        id uuid primary key, person_id uuid not null references person on delete cascade, address text not null,
        client text not null, device_hash bytea not null, first_seen_at timestamptz not null,
        last_seen_at timestamptz not null, first_session_id uuid not null, is_noticed boolean not null)`.execute(
      db,
    )
    await sql`create unique index known_place_person on known_place (person_id, address, client)`.execute(db)
    await sql`create index known_place_device on known_place (device_hash)`.execute(db)
    await sql`
      alter table session
        add column challenge text, add column challenge_at timestamptz, add column tries int not null default 0`.execute(
      db,
    )
  },
}

/** Whether somebody is known at an address is asked at every sign-in. */
export const knownAddressMigration: Migration = {
  name: 'identity/0008-known-address',
  up: async (db) => {
    await sql`create index known_place_address on known_place (address)`.execute(db)
  },
}
