import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { idTime, lowestId } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import {
  containingPattern,
  newestContaining,
  type Walked,
  type Within,
} from '../../../base/server/text-search/newest-containing.ts'
import type { Slices } from '../../../base/server/text-search/time-slices.ts'
import { listed, type listRow } from './rows.ts'
import type { TextPlan } from './text-index.ts'
import { idSlices, idSliceWidths } from './time-slices.ts'

type Rows = SelectQueryBuilder<Database, 'command', object>
type ListedRow = Parameters<typeof listRow>[0]

/** The given rows that contain the text. */
export function containing<Q extends Rows>(rows: Q, text: string): Q {
  const like = containingPattern(text)
  return rows.where((eb) => eb.or([eb('line', 'ilike', like), eb('result', 'ilike', like)])) as unknown as Q
}

interface TextAsk {
  readonly text: string
  readonly wanted: number
  /** Newest first is from here on; only ids below it. */
  readonly before: string | undefined
  /** Milliseconds since 1970; what is older is not asked for. */
  readonly notBefore: number
  readonly plan: TextPlan
  /** The index of substrings has a column for everything that the rows are narrowed by. */
  readonly isIndexed: boolean
  /** The rows to look into, of whatever time. */
  readonly rows: () => Rows
}

/** The newest rows that contain the text. */
export function pageContaining(read: Reader, ask: TextAsk): Promise<ListedRow[]> {
  const { wanted, before, notBefore, plan, isIndexed } = ask
  return newestContaining<ListedRow, string>({
    ...{ wanted, before, notBefore, isIndexed, oldestAt: plan.oldestAt },
    widths: plan.isSliced ? idSliceWidths : undefined,
    timeOf: idTime,
    placeAt: lowestId,
    walk: (from, rows, most) => walk(read, ask, from, rows, most),
    find: (within) => find(read, ask, within),
  })
}

function find(
  read: Reader,
  { text, notBefore, plan, rows }: TextAsk,
  { before, slices, isFew, wanted }: Within<string>,
): Promise<ListedRow[]> {
  // To a short range of ids the planner gives a single row where it is thousands, and walks them: the exact ends stay
  // outside where something else says when. So does the limit, or it would walk on in the hope to meet enough soon.
  const lowest = lowestId(notBefore)
  const below = <Q extends Rows>(query: Q) => query.where('id', '<', before) as unknown as Q
  const above = <Q extends Rows>(query: Q) => query.where('id', '>=', lowest) as unknown as Q
  const bounded = slices ? rows() : isFew ? below(rows()) : above(below(rows()))
  const hits = bounded
    .where(contains(text, plan.rare, slices))
    .select(listed)
    .offset(0)
    .as('hits')
  return above(below(read.selectFrom(hits) as unknown as Rows))
    .select(listed)
    .orderBy('id', 'desc')
    .limit(wanted)
    .execute()
}

async function walk(
  read: Reader,
  { text, notBefore, rows }: TextAsk,
  from: string | undefined,
  step: number,
  wanted: number,
): Promise<Walked<ListedRow, string>> {
  const newest = () => {
    const all = notBefore === 0 ? rows() : rows().where('id', '>=', lowestId(notBefore))
    return (from === undefined ? all : all.where('id', '<', from)).orderBy('id', 'desc')
  }
  const window = newest().select(listed).limit(step).as('walked')
  const hits = await (containing(read.selectFrom(window) as unknown as Rows, text) as Rows)
    .select(listed)
    .orderBy('id', 'desc')
    .limit(wanted)
    .execute()
  if (hits.length === wanted) return { hits }
  const beginning = newest().select('id').limit(1).as('beginning')
  const end = newest()
    .select('id')
    .offset(step - 1)
    .limit(1)
    .as('ending')
  const ends = await (read.selectFrom(beginning) as unknown as Rows)
    .select('id')
    .unionAll((read.selectFrom(end) as unknown as Rows).select('id'))
    .execute()
  const [first, last] = ends.map(({ id }) => id).sort((one, other) => (one < other ? 1 : -1))
  return { hits, first, last }
}

/**
 * The same question as `containing`, put so that the index is asked for the rare parts only, in each slice and column
 * apart; whether the whole text is there is then looked up in the few rows that have those.
 */
function contains(text: string, rare: TextPlan['rare'], within: Slices | undefined): Expression<SqlBool> {
  const like = containingPattern(text)
  const ofColumn = (column: 'line' | 'result') => {
    const name = sql.ref(column)
    if (rare[column].length === 0) return sql<SqlBool>`${name} ilike ${like}`
    const parts = rare[column].map((part) => sql`${name} ilike ${`%${part}%`}`)
    // Not the bare column: the index would be asked for the whole text as well.
    return sql<SqlBool>`${sql.join(parts, sql` and `)} and (${name} || '') ilike ${like}`
  }
  const columns = [ofColumn('line'), ofColumn('result')]
  const arms = within === undefined ? columns : slicedArms(within, columns)
  return sql<SqlBool>`(${sql.join(
    arms.map((arm) => sql`(${arm})`),
    sql` or `,
  )})`
}

function slicedArms(within: Slices, columns: readonly Expression<SqlBool>[]) {
  const { digits, beginnings } = idSlices(within)
  return beginnings.flatMap((beginning) =>
    columns.map((column) => sql<SqlBool>`left(id::text, ${sql.lit(digits)}) = ${beginning} and ${column}`),
  )
}
