import type { Damage } from '../outcome.ts'
import type { PostgresConnection } from '../postgres/connection.ts'
import { eachRow, int8At } from '../postgres/copy.ts'
import { type Counts, KINDS } from './counts.ts'
import type { Snapshot } from './snapshot.ts'

type Table = 'hour_kind' | 'hour_actor' | 'hour_server' | 'day_kind' | 'day_actor' | 'day_server'
export const ROLLUPS: readonly Table[] = [
  'hour_kind',
  'hour_actor',
  'hour_server',
  'day_kind',
  'day_actor',
  'day_server',
]

/** Compares each rollup table with what was counted, row by row. @returns at most one damage a table: its first difference. */
export async function checkRollups(
  { connection, counted, end, lookups: { kinds } }: Snapshot,
  counts: Counts,
): Promise<Damage[]> {
  const damage: Damage[] = []
  if (counted > end) {
    damage.push({
      kind: 'counts',
      from: undefined,
      why: `journal_counted: ${counted} entries were counted, there are ${end}`,
    })
  }
  for (const table of ROLLUPS) {
    const expected = expectedOf(table, counts)
    const found = await firstDifference(connection, table, expected, kinds)
    if (found !== undefined)
      damage.push({ kind: 'counts', from: undefined, why: `journal_${table}: ${found}` })
  }
  return damage
}

/** Key of a rollup row: hours or days since 1970, who, kind. */
const keyOf = (span: number, who: number, kindNo: number): string => `${span}/${who}/${kindNo}`

function expectedOf(table: Table, counts: Counts): Map<string, number> {
  const [span, who] = table.split('_') as ['hour' | 'day', 'kind' | 'actor' | 'server']
  const expected = new Map<string, number>()
  for (const [hour, counted] of who === 'server' ? counts.servers : counts.actors) {
    const start = span === 'hour' ? hour : Math.floor(hour / 24)
    for (const [packed, n] of counted) {
      const key = keyOf(start, who === 'kind' ? 0 : Math.floor(packed / KINDS), packed % KINDS)
      expected.set(key, (expected.get(key) ?? 0) + n)
    }
  }
  return expected
}

async function firstDifference(
  connection: PostgresConnection,
  table: Table,
  expected: Map<string, number>,
  kinds: readonly (string | undefined)[],
): Promise<string | undefined> {
  const [span, who] = table.split('_') as [string, string]
  const seconds = span === 'hour' ? 3600 : 86400
  const whoColumn = who === 'kind' ? '0' : `${who}_no`
  let first: { span: number; text: string } | undefined
  const differ = (key: string, says: number, is: number) => {
    const [start, whoNo, kindNo] = key.split('/').map(Number) as [number, number, number]
    if (first !== undefined && first.span <= start) return
    const about = `${kinds[kindNo] ?? `kind ${kindNo}`}${whoNo === 0 ? '' : ` of ${who} ${whoNo}`}`
    const from = new Date(start * seconds * 1000).toISOString()
    first = {
      span: start,
      text: `says ${says} entries of ${about} in the ${span} from ${from}, there are ${is}`,
    }
  }
  const seen = new Set<string>()
  await connection.copyOut(
    `select (extract(epoch from ${span}) / ${seconds})::int8, (${whoColumn})::int8, kind_no::int8, n::int8 from journal_${table}`,
    eachRow(4, (buffer, { starts }) => {
      const [start, whoNo, kindNo, n] = [0, 1, 2, 3].map((column) => int8At(buffer, starts[column]!)) as [
        number,
        number,
        number,
        number,
      ]
      const key = keyOf(start, whoNo, kindNo)
      seen.add(key)
      const is = expected.get(key) ?? 0
      if (is !== n) differ(key, n, is)
    }),
  )
  for (const [key, is] of expected) if (!seen.has(key)) differ(key, 0, is)
  return first?.text
}
