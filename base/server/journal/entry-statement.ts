import type { CompiledQuery } from 'kysely'
import { prepared } from '../prepared.ts'
import type { PendingRow } from './tables.ts'

// Written out because one goes with every act: building it anew each time took as long as all else about an entry.
const one = prepared(
  'journal_entry',
  `insert into journal_pending (at, kind_no, actor_no, server_no, work_no, subject_key, body)
   values ($1, $2, $3, $4, $5, $6, $7)`,
)

/** As arrays: a statement has at most 65,535 parameters, and ten thousand agents may come at once. */
const several = prepared(
  'journal_entries',
  `insert into journal_pending (at, kind_no, actor_no, server_no, work_no, subject_key, body)
   select * from unnest($1::timestamptz[], $2::smallint[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::text[])`,
)

const columnsOf = ({
  at,
  kind_no,
  actor_no,
  server_no,
  work_no,
  subject_key,
  body,
}: PendingRow): unknown[] => {
  return [at, kind_no, actor_no, server_no, work_no, subject_key, body]
}

/** Whether a statement's answer need not be waited for: it has none, and what follows fails when it failed. */
export const isEntryStatement = (name: string) => name === 'journal_entry' || name === 'journal_entries'

/** Writes the entries in this order. @param rows at least one */
export function entryStatement(rows: readonly PendingRow[]): CompiledQuery {
  const all = rows.map(columnsOf)
  return all.length === 1 ? one(...all[0]!) : several(...all[0]!.map((_, at) => all.map((row) => row[at])))
}
