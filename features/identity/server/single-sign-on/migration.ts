import { sql } from 'kysely'
import type { Migration } from '../../../../base/server/migrate.ts'

/** An address somebody writes into their own profile must not catch the first sign-in of whoever it belongs to. */
export const ownEmailMigration: Migration = {
  name: 'identity/0007-own-e-mail',
  up: async (db) => {
    await sql`alter table person add column is_email_own boolean not null default false`.execute(db)
  },
}

export const singleSignOnMigration: Migration = {
  name: 'identity/0006-single-sign-on',
  up: async (db) => {
    await sql`
      create table single_sign_on (
        "only" boolean primary key default true check ("only"), enabled boolean not null default false,
        issuer text not null default '', client_id text not null default '', client_secret bytea,
        label text not null default 'single sign-on', scopes text[] not null default '{openid,profile,email}',
        creates_people boolean not null default false, links_by_email boolean not null default false,
        username_claim text not null default 'preferred_username', groups_claim text, roles_claim text,
        roles jsonb not null default '[]', default_role text default 'member' check (default_role in ('member', 'auditor')),
        synchronizes boolean not null default true, trusts_second_factor boolean not null default false,
        password_for text not null default 'everyone' check (password_for in ('everyone', 'admins')))`.execute(
      db,
    )
    await sql`insert into single_sign_on default values`.execute(db)
    await sql`
      create table single_sign_on_group (
        claim_value text not null, team_id uuid not null references team on delete cascade,
        primary key (claim_value, team_id))`.execute(db)
    await sql`create index single_sign_on_group_team on single_sign_on_group (team_id)`.execute(db)
    await sql`
      create table person_identity (
        issuer text not null, subject text not null, person_id uuid not null references person on delete cascade,
        linked_at timestamptz not null, primary key (issuer, subject), unique (person_id, issuer))`.execute(
      db,
    )
    await sql`
      create table single_sign_on_state (state_hash bytea primary key, used_at timestamptz not null)`.execute(
      db,
    )
    await sql`alter table session add column is_factor_trusted boolean not null default false`.execute(db)
    await sql`create index single_sign_on_state_used on single_sign_on_state (used_at)`.execute(db)
  },
}
