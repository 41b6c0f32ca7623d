import { sql } from 'kysely'
import type { Migration } from '../../../../base/server/migrate.ts'

const statements = [
  `create table terminal (
     id uuid primary key, server_id uuid, server_name text not null,
     operator_id uuid, operator_name text not null, operator_kind text not null, via_id uuid, via_name text,
     work_session_id uuid, work_session_name text,
     account text, os_group text, uid bigint, gid bigint, shell text, pid int,
     client_type text not null check (client_type in ('web', 'token', 'import')), address text, client text, browser text,
     cols int not null, rows int not null,
     status text not null check (status in ('opening', 'live', 'ended', 'failed', 'imported', 'interrupted')),
     opened_at timestamptz not null, started_at timestamptz, ended_at timestamptz,
     exit_code int, signal text, end_reason text, close_requested_at timestamptz, agent_run text,
     strict boolean not null, idle_minutes int, shell_integration boolean,
     check (server_id is not null or status = 'imported')
   ) with (fillfactor = 85)`,
  'create index terminal_operator on terminal (operator_id, id desc)',
  'create index terminal_server on terminal (server_id, id desc)',
  'create index terminal_operator_server on terminal (operator_id, server_id, id desc)',
  'create index terminal_account on terminal (account, id desc)',
  'create index terminal_session on terminal (work_session_id, id desc) where work_session_id is not null',
  "create index terminal_open on terminal (server_id, id desc) where status in ('opening', 'live')",
  `create table terminal_viewer (
     id uuid primary key, terminal_id uuid not null references terminal, mode text not null check (mode in ('owner', 'watch', 'guest')),
     person_id uuid, guest_id uuid, name text not null, read_only boolean not null, address text not null,
     client text not null, browser text, joined_at timestamptz not null, left_at timestamptz, leave_reason text)`,
  'create index terminal_viewer_terminal on terminal_viewer (terminal_id, id desc)',
  'create index terminal_viewer_here on terminal_viewer (terminal_id) where left_at is null',
  `create table terminal_share (
     id uuid primary key, terminal_id uuid not null references terminal, secret_hash bytea not null unique, password_hash text,
     read_only boolean not null, created_by uuid, created_at timestamptz not null, expires_at timestamptz not null,
     ended_at timestamptz, end_why text, failures int not null default 0, locked_until timestamptz)`,
  'create unique index terminal_share_one on terminal_share (terminal_id) where ended_at is null',
  'create index terminal_share_terminal on terminal_share (terminal_id)',
  `create table terminal_guest (
     id uuid primary key, share_id uuid not null references terminal_share, name text not null, secret_hash bytea not null unique,
     address text not null, client text not null, admitted_at timestamptz not null)`,
  'create index terminal_guest_share on terminal_guest (share_id)',
  `create table terminal_policy (
     "only" boolean primary key default true check ("only"), strict boolean not null default false,
     when_recording_breaks text not null default 'end' check (when_recording_breaks in ('end', 'go-on')),
     idle_minutes int default 60, shell_integration boolean not null default true, sharing boolean not null default true,
     input_masks text[] not null default '{}')`,
  'insert into terminal_policy default values',
]

export const terminalMigrations: readonly Migration[] = [
  {
    name: 'websh/0001-terminals',
    up: async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  },
]
