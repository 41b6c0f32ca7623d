import { sql } from 'kysely'
import type { Migration } from '../migrate.ts'
import { addPartition, fillPartitions, refuseChanges } from './partitions.ts'

const columns = `
  at timestamptz not null,
  subject_key bigint,
  actor_no int not null,
  server_no int,
  work_no int,
  kind_no smallint not null,
  body text not null check (octet_length(body) <= 65535)`

/** Wide columns first and no gaps between: 24 bytes of an entry would otherwise be padding. */
const journal = [
  `create table journal_identity (id uuid primary key, opened_at timestamptz not null default clock_timestamp())`,
  `create unique index on journal_identity ((true))`,
  `create table journal_kind (no smallint generated always as identity primary key, name text not null unique)`,
  `create table journal_ref (no int generated always as identity primary key, id uuid not null unique)`,
  `create table journal_pending (id bigint generated always as identity primary key, ${columns})
     with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  `create table journal (seq bigint not null check (seq >= 0), ${columns}, primary key (seq)) partition by range (seq)`,
  `create index journal_actor on journal (actor_no, seq)`,
  `create index journal_kind_seq on journal (kind_no, seq)`,
  `create index journal_server on journal (server_no, seq) where server_no is not null`,
  `create index journal_work on journal (work_no, seq) where work_no is not null`,
  `create index journal_subject on journal (subject_key) where subject_key is not null`,
  `create index journal_at on journal using brin (at) with (pages_per_range = 32)`,
  `create table journal_tile (level smallint, n bigint, hashes bytea not null, primary key (level, n))`,
  `alter table journal_tile alter hashes set storage external`,
  `create table journal_checkpoint (
     size bigint primary key, at timestamptz not null default clock_timestamp(), note text not null)`,
  `create index journal_checkpoint_at on journal_checkpoint using brin (at)`,
  `create function journal_refuse_change() returns trigger language plpgsql as $$
     begin raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege'; end $$`,
  ...['journal', 'journal_tile', 'journal_checkpoint', 'journal_identity'].flatMap(refuseChanges),
  ...addPartition(0),
]

/** Counts of entries for lists and charts. Who comes first in the key: charts of some actors or servers read only theirs. */
const rollups = [
  // How many entries the counts cover.
  `create table journal_counted (size bigint not null)`,
  `insert into journal_counted values (0)`,
  ...['hour', 'day'].flatMap((span) => [
    `create table journal_${span}_kind (${span} timestamptz, kind_no smallint, n bigint not null,
     primary key (${span}, kind_no)) with (fillfactor = 50)`,
    ...['actor', 'server'].map(
      (
        who,
      ) => `create table journal_${span}_${who} (${span} timestamptz, ${who}_no int, kind_no smallint, n bigint not null,
     primary key (${who}_no, ${span}, kind_no)) with (fillfactor = 50)`,
    ),
  ]),
]

export const journalMigrations: readonly Migration[] = [
  {
    name: 'journal/0001-journal',
    up: async (db) => {
      for (const statement of [...journal, ...rollups]) await sql.raw(statement).execute(db)
    },
  },
  {
    name: 'journal/0002-filled',
    up: (db) => fillPartitions((statement) => sql.raw(statement).execute(db)),
  },
]
