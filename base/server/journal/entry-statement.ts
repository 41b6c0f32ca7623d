import { CompiledQuery } from 'kysely'
import type { PendingRow } from './tables.ts'

/** One entry. Written out because it goes with every act: building it anew each time took as long as all else about it. */
export const ENTRY =
  'insert into journal_pending (at, kind_no, actor_no, server_no, work_no, subject_key, body) values ($1, $2, $3, $4, $5, $6, $7)'

/** Several, as arrays: a statement has at most 65,535 parameters, and ten thousand agents may come at once. */
export const ENTRIES = `
  insert into journal_pending (at, kind_no, actor_no, server_no, work_no, subject_key, body)
  select * from unnest($1::timestamptz[], $2::smallint[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::text[])`

const columnsOf = ({ at, kind_no, actor_no, server_no, work_no, subject_key, body }: PendingRow) =>
  [at, kind_no, actor_no, server_no, work_no, subject_key, body] as const

/** Writes the entries in this order. @param rows at least one */
export function entryStatement(rows: readonly PendingRow[]): CompiledQuery {
  const [first, second] = rows
  if (second === undefined) return CompiledQuery.raw(ENTRY, [...columnsOf(first!)])
  const all = rows.map(columnsOf)
  return CompiledQuery.raw(
    ENTRIES,
    columnsOf(first!).map((_, column) => all.map((row) => row[column])),
  )
}
