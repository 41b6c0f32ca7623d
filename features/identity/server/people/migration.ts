import { sql } from 'kysely'
import type { Migration } from '../../../../base/server/migrate.ts'

const statements = [
  // A username is free again when whoever had it is removed.
  'alter table person drop constraint person_username_key',
  `create unique index person_username on person (username) where status <> 'removed'`,
  'create index person_in_order on person (username, id)',
  `alter table person add column removed_at timestamptz, add column preferences jsonb not null default '{}'`,
  `create table person_link (
     id uuid primary key, person_id uuid not null references person, purpose text not null check (purpose in ('invitation', 'password-reset')),
     secret_hash bytea not null unique, created_at timestamptz not null, expires_at timestamptz not null,
     created_by text not null, used_at timestamptz, withdrawn_at timestamptz, mail_to text,
     mail_state text check (mail_state in ('waiting', 'sent', 'failed')), mail_at timestamptz, mail_problem text)`,
  'create index person_link_person on person_link (person_id, id)',
  'alter table workspace add column group_record boolean not null default false',
]

/** People who come by a link, and may go. */
export const peopleMigration: Migration = {
  name: 'identity/0005-people',
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
