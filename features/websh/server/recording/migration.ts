import { sql } from 'kysely'
import type { Migration } from '../../../../base/server/migrate.ts'

export const recordingMigrations: readonly Migration[] = [
  {
    name: 'websh/0002-recordings',
    up: async (db) => {
      const statements = [
        `create table recording (
           terminal_id uuid primary key, operator_id uuid not null, server_id uuid, started_at timestamptz not null, columns int not null, rows int not null,
           state text not null default 'recording' check (state in ('recording', 'complete', 'interrupted', 'broken', 'removed')),
           closed_length bigint not null default 0, packed_length bigint not null default 0, stored_bytes bigint not null default 0,
           duration_milliseconds bigint not null default 0, output_bytes bigint not null default 0, closed_at timestamptz,
           screened_length bigint not null default 0, snapshot_bytes bigint not null default 0,
           commands_length bigint not null default 0, command_count int not null default 0,
           are_commands_whole boolean not null default false)`,
        `create index recording_open on recording (terminal_id) where state = 'recording'`,
        `create index recording_unread on recording (terminal_id) where not are_commands_whole`,
        `create index recording_undrawn on recording (terminal_id) where screened_length < closed_length`,
        `create table recording_segment (
           terminal_id uuid not null references recording, no int not null, start_offset bigint not null, length int not null,
           from_milliseconds bigint not null, to_milliseconds bigint not null, output_bytes int not null, sha256 bytea not null,
           primary key (terminal_id, no))`,
        `create index recording_segment_time on recording_segment (terminal_id, to_milliseconds)`,
        `create table recording_chunk (
           terminal_id uuid not null references recording, start_offset bigint not null, length int not null,
           from_milliseconds bigint not null, blob_offset bigint not null, blob_length int not null,
           primary key (terminal_id, start_offset))`,
        `create table recording_snapshot (
           terminal_id uuid not null references recording, stream_offset bigint not null, at_milliseconds bigint not null,
           columns int not null, rows int not null, blob_offset bigint not null, blob_length int not null,
           primary key (terminal_id, stream_offset))`,
        `create index recording_snapshot_time on recording_snapshot (terminal_id, at_milliseconds)`,
        `create extension if not exists pg_trgm`,
        `create table recording_text (
           terminal_id uuid not null references recording, operator_id uuid not null, server_id uuid,
           segment_no int not null, lines text not null,
           milliseconds bigint[] not null, screen_rows smallint[] not null, primary key (terminal_id, segment_no))`,
        `create table terminal_command (
           terminal_id uuid not null references recording, no int not null, operator_id uuid not null, server_id uuid,
           at timestamptz not null, seconds double precision not null, text text not null,
           kind text not null check (kind in ('shell', 'repl')), shell_depth int, exit_code int,
           source text not null check (source in ('integration', 'screen', 'both')), disagreement text,
           primary key (terminal_id, no))`,
        `create index terminal_command_time on terminal_command (at desc, terminal_id, no)`,
        `create index terminal_command_operator on terminal_command (operator_id, at desc, terminal_id, no)`,
        `create index terminal_command_words on terminal_command using gin (text gin_trgm_ops)`,
        `create index recording_text_operator on recording_text (operator_id, terminal_id desc, segment_no desc)`,
        `create index recording_text_words on recording_text using gin (lines gin_trgm_ops) with (fastupdate = off)`,
      ]
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  },
]
