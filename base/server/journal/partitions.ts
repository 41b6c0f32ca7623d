import type pg from 'pg'

/** Entries in one partition of `journal`. */
export const PARTITION_ENTRIES = 10_000_000

const name = (partition: number): string => `journal_p${String(partition).padStart(5, '0')}`

/** The statements that add a partition. Attached rather than created in place, which would lock every reader out. */
export function addPartition(partition: number): string[] {
  const from = partition * PARTITION_ENTRIES
  const to = from + PARTITION_ENTRIES
  const table = name(partition)
  return [
    `create table ${table} (like journal including defaults including constraints,
       constraint ${table}_range check (seq >= ${from} and seq < ${to}))`,
    `alter table journal attach partition ${table} for values from (${from}) to (${to})`,
    `alter table ${table} drop constraint ${table}_range`,
    filled(table),
    ...refuseChanges(table),
  ]
}

/** Numbers only ascend: room that is left in the pages of their index is never used. */
const filled = (table: string): string => `alter index ${table}_pkey set (fillfactor = 100)`

/** Statement triggers do not reach from a partitioned table to its partitions, so each table has its own. */
export const refuseChanges = (table: string): string[] => [
  `create trigger ${table}_is_append_only before update or delete or truncate on ${table}
     for each statement execute function journal_refuse_change()`,
]

/** How many partitions there must be while the journal has `size` entries: always half of one ahead. */
export const partitionsFor = (size: number): number =>
  Math.floor((size + PARTITION_ENTRIES / 2) / PARTITION_ENTRIES) + 1

/** Of partitions made before new ones had it: what is added to them from now on. */
export async function fillPartitions(
  query: (statement: string) => Promise<{ rows: unknown[] }>,
): Promise<void> {
  const { rows } = await query(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'journal'::regclass`,
  )
  for (const { name: table } of rows as { name: string }[]) await query(filled(table))
}

export async function partitionCount(client: Pick<pg.Client, 'query'>): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*) as n from pg_inherits where inhparent = 'journal'::regclass`,
  )
  return rows[0]!.n
}
