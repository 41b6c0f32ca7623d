import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { idTime, lowestId } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import { listed, type listRow } from './rows.ts'
import type { TextPlan } from './text-index.ts'
import { type Slices, slicesBetween } from './time-slices.ts'

type Rows = SelectQueryBuilder<Database, 'command', object>
type ListedRow = Parameters<typeof listRow>[0]

/** How many rows each step of the walk looks into. */
const WALK_STEPS = [1_000, 4_000] as const
/** A stretch of time is read for what should be in it and some more: chance must not make it two. */
const SURPLUS = 1.2
const SURPLUS_ROWS = 3
/** So few hits of all times are fetched at once: to divide the time costs more. */
const HITS_UNDIVIDED = 500
/** Where nothing was met yet, the next stretch is as long as if one had been. */
const FOUND_MIN = 1

const pattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** The given rows that contain the text. */
export function containing<Q extends Rows>(rows: Q, text: string): Q {
  const like = pattern(text)
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

/**
 * The newest rows that contain the text. Common text is met by walking the newest rows. What is not is looked for in the
 * index of substrings, one stretch of time after another: asked for all times at once, the index gives every hit there
 * is, oldest first, and ten thousand rows would be fetched to show fifty. How many were met on the way says how
 * long a stretch to ask for.
 */
export async function pageContaining(read: Reader, ask: TextAsk): Promise<ListedRow[]> {
  const { text, wanted, notBefore, plan, isIndexed, rows } = ask
  const { found, first, last } = await walk(read, ask)
  if (first === undefined || last === undefined) return found

  const lowest = lowestId(notBefore)
  for (let before = last; ; ) {
    const to = idTime(before)
    const since = Math.max(notBefore, plan.oldestAt)
    const perMillisecond = Math.max(found.length, FOUND_MIN) / Math.max(1, idTime(first) - to)
    const stretch = (SURPLUS * (wanted - found.length) + SURPLUS_ROWS) / perMillisecond
    const isFew = isIndexed && perMillisecond * (to - plan.oldestAt) < HITS_UNDIVIDED
    const isDivided = plan.isSliced && to > since && !isFew
    const slices = isDivided ? slicesBetween(Math.max(notBefore, to - stretch), to) : undefined
    // To a short range of ids the planner gives a single row where it is thousands, and walks them: the exact ends stay
    // outside where something else says when. So does the limit, or it would walk on in the hope to meet enough soon.
    const below = <Q extends Rows>(query: Q) => query.where('id', '<', before) as unknown as Q
    const above = <Q extends Rows>(query: Q) => query.where('id', '>=', lowest) as unknown as Q
    const bounded = slices ? rows() : isFew ? below(rows()) : above(below(rows()))
    const hits = bounded
      .where(contains(text, plan.rare, slices))
      .select(listed)
      .offset(0)
      .as('hits')
    const more = await above(below(read.selectFrom(hits) as unknown as Rows))
      .select(listed)
      .orderBy('id', 'desc')
      .limit(wanted - found.length)
      .execute()
    found.push(...more)
    if (found.length === wanted || slices === undefined || slices.from <= notBefore) return found
    before = lowestId(slices.from)
  }
}

interface Walked {
  readonly found: ListedRow[]
  /** The ends of what was looked into; none when the page is complete or there are no more rows. */
  readonly first?: string
  readonly last?: string
}

async function walk(read: Reader, ask: TextAsk): Promise<Walked> {
  const { text, wanted, notBefore, plan, rows } = ask
  const found: ListedRow[] = []
  let first: string | undefined
  let last = ask.before
  let walked = 0
  for (const step of WALK_STEPS) {
    if (first !== undefined && last !== undefined) {
      const expected = (found.length * step) / walked
      const since = Math.max(notBefore, plan.oldestAt)
      const left = (walked * (idTime(last) - since)) / Math.max(1, idTime(first) - idTime(last))
      if (expected < wanted - found.length && left > step) break
    }
    const newest = () => {
      const all = notBefore === 0 ? rows() : rows().where('id', '>=', lowestId(notBefore))
      return (last === undefined ? all : all.where('id', '<', last)).orderBy('id', 'desc')
    }
    const window = newest().select(listed).limit(step).as('walked')
    const hits = await (containing(read.selectFrom(window) as unknown as Rows, text) as Rows)
      .select(listed)
      .orderBy('id', 'desc')
      .limit(wanted - found.length)
      .execute()
    found.push(...hits)
    if (found.length === wanted) return { found }
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
    const [highest, deepest] = ends.map(({ id }) => id).sort((one, other) => (one < other ? 1 : -1))
    if (highest === undefined || deepest === undefined) return { found }
    first ??= highest
    last = deepest
    walked += step
  }
  return { found, first: first!, last: last! }
}

/**
 * The same question as `containing`, put so that the index is asked for the rare parts only, in each slice and column
 * apart; whether the whole text is there is then looked up in the few rows that have those.
 */
function contains(text: string, rare: TextPlan['rare'], within: Slices | undefined): Expression<SqlBool> {
  const like = pattern(text)
  const ofColumn = (column: 'line' | 'result') => {
    const name = sql.ref(column)
    if (rare[column].length === 0) return sql<SqlBool>`${name} ilike ${like}`
    const parts = rare[column].map((part) => sql`${name} ilike ${`%${part}%`}`)
    // Not the bare column: the index would be asked for the whole text as well.
    return sql<SqlBool>`${sql.join(parts, sql` and `)} and (${name} || '') ilike ${like}`
  }
  const columns = [ofColumn('line'), ofColumn('result')]
  const arms =
    within === undefined
      ? columns
      : within.slices.flatMap((slice) =>
          columns.map((column) => sql`left(id::text, ${sql.lit(within.digits)}) = ${slice} and ${column}`),
        )
  return sql<SqlBool>`(${sql.join(
    arms.map((arm) => sql`(${arm})`),
    sql` or `,
  )})`
}
