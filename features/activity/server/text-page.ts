import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import {
  containingPattern,
  newestContaining,
  type Walked,
  type Within,
} from '../../../base/server/text-search/newest-containing.ts'
import type { Slices } from '../../../base/server/text-search/time-slices.ts'
import { type ListedRow, listed } from './rows.ts'
import { sliceOf, sliceWidths, type TextPlan } from './text-index.ts'

export type Rows = SelectQueryBuilder<Database, 'activity', object>

/** Where a row stands in the log. */
export interface Place {
  readonly at: Date
  readonly seq: number
}

export const newestFirst = (rows: Rows): Rows => rows.orderBy('at', 'desc').orderBy('seq', 'desc')

/** The given rows that contain the text. */
export const containing = (rows: Rows, text: string): Rows =>
  rows.where('words', 'ilike', containingPattern(text))

/** Rows that come after a place, newest first. */
export const below = (rows: Rows, { at, seq }: Place): Rows =>
  rows.where(sql<SqlBool>`(at, seq) < (${at.toISOString()}::timestamptz, ${seq}::bigint)`)

const since = (rows: Rows, milliseconds: number): Rows =>
  milliseconds === 0 ? rows : rows.where('at', '>=', new Date(milliseconds))

interface TextAsk {
  readonly text: string
  readonly wanted: number
  /** Newest first is from here on. */
  readonly before: Place | undefined
  /** Milliseconds since 1970; what is older is not asked for. */
  readonly notBefore: number
  readonly plan: TextPlan
  /** The index of substrings has a column for everything that the rows are narrowed by. */
  readonly isIndexed: boolean
  /** The rows to look into, of whatever place. */
  readonly rows: () => Rows
}

/** The newest rows that contain the text. */
export function pageContaining(read: Reader, ask: TextAsk): Promise<ListedRow[]> {
  const { wanted, before, notBefore, plan, isIndexed } = ask
  return newestContaining<ListedRow, Place>({
    ...{ wanted, before, notBefore, isIndexed, oldestAt: plan.oldestAt },
    widths: plan.isSliced ? sliceWidths : undefined,
    timeOf: ({ at }) => at.getTime(),
    placeAt: (milliseconds) => ({ at: new Date(milliseconds), seq: 0 }),
    walk: (from, rows, most) => walk(read, ask, from, rows, most),
    find: (within) => find(read, ask, within),
  })
}

function find(
  read: Reader,
  { text, notBefore, plan, rows }: TextAsk,
  { before, slices, isFew, wanted }: Within<Place>,
): Promise<ListedRow[]> {
  // To a short range of time the planner gives a single row where it is thousands, and walks them: the exact ends stay outside where
  // something else says when. So does the limit, or it would walk on in the hope to meet enough soon.
  const bounded = slices ? rows() : isFew ? below(rows(), before) : since(below(rows(), before), notBefore)
  const hits = bounded
    .where(contains(text, plan.rare, slices))
    .select(listed)
    .offset(0)
    .as('hits')
  return newestFirst(since(below(read.selectFrom(hits) as unknown as Rows, before), notBefore))
    .select(listed)
    .limit(wanted)
    .execute()
}

async function walk(
  read: Reader,
  { text, notBefore, rows }: TextAsk,
  from: Place | undefined,
  step: number,
  wanted: number,
): Promise<Walked<ListedRow, Place>> {
  const newest = () => {
    const all = since(rows(), notBefore)
    return newestFirst(from === undefined ? all : below(all, from))
  }
  const window = newest()
    .select([...listed, 'words'])
    .limit(step)
    .as('walked')
  const walked = containing(read.selectFrom(window) as unknown as Rows, text)
  const hits = await newestFirst(walked).select(listed).limit(wanted).execute()
  if (hits.length === wanted) return { hits }
  const places = (offset: number) => newest().select(['at', 'seq']).offset(offset).limit(1).executeTakeFirst()
  const last = await places(step - 1)
  return last === undefined ? { hits } : { hits, first: await places(0), last }
}

/**
 * The same question as `containing`, put so that the index is asked for the rare parts only, in each slice apart; whether the whole
 * text is there is then looked up in the few rows that have those.
 */
function contains(text: string, rare: TextPlan['rare'], within: Slices | undefined): Expression<SqlBool> {
  const like = containingPattern(text)
  const parts = rare.map((part) => sql<SqlBool>`words ilike ${`%${part}%`}`)
  // Not the bare column: the index would be asked for the whole text as well.
  const words =
    parts.length === 0
      ? sql<SqlBool>`words ilike ${like}`
      : sql<SqlBool>`${sql.join(parts, sql` and `)} and (words || '') ilike ${like}`
  if (within === undefined) return sql<SqlBool>`(${words})`
  const slice = sql.raw(sliceOf(within.width))
  const arms = within.slices.map((each) => sql<SqlBool>`(${slice} = ${sql.lit(each)} and ${words})`)
  return sql<SqlBool>`(${sql.join(arms, sql` or `)})`
}
