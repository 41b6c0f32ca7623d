import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import { signInActions } from '../common/activity.ts'
import { EVERYBODY } from './counts.ts'
import { hourOfWeek } from './hours-of-week.ts'
import { type Bucket, type Slice, slicesOf } from './pieces.ts'
import type { Dimension } from './tables.ts'
import { ZoneClock } from './time-zone.ts'

export type Part = 'action' | 'person' | 'server'

export interface Question {
  /** Milliseconds since 1970, on bounds of the bucket. */
  readonly from: number
  readonly to: number
  readonly bucket: Bucket
  /** Whose requests; everybody's one may see where it is undefined. */
  readonly actorId: string | undefined
  /** The reader sees their own only, by the scope of the tables: counts of everybody are not for them. */
  readonly isOwn: boolean
  readonly action: string | undefined
}

/** Something counted: a time and a key, whether it failed, how often. */
type Source = SelectQueryBuilder<Database, never, { at: Date; key: string; failed: boolean; n: number }>
type CountRows = SelectQueryBuilder<Database, 'activity_count', object>

const HOUR = 3_600_000
const instant = (at: number) => new Date(at)

const isEverybodys = ({ actorId, isOwn }: Question) => actorId === undefined && !isOwn

/** The rows of counts that a part is about, of all times. */
function countRows(read: Reader, part: Part | 'time' | 'sign-in', question: Question): CountRows {
  const { actorId, action } = question
  const counts = read.selectFrom('activity_count') as unknown as CountRows
  // A member's own are picked by the scope; whose they are need not be said.
  const owned = actorId === undefined ? counts : counts.where('owner_id', '=', actorId)
  const rows = isEverybodys(question) ? counts.where('owner_id', '=', EVERYBODY) : owned
  const of = (dimension: Dimension, filter = '') =>
    rows.where('dimension', '=', dimension).where('action', '=', filter)
  const ofAction = (name: string) => of('action').where('key', '=', name)
  switch (part) {
    case 'sign-in':
      return of('sign-in')
    case 'time':
      return action === undefined ? of('total') : ofAction(action)
    case 'action':
      return action === undefined ? of('action') : ofAction(action)
    case 'server':
      return of('server', action)
    case 'person':
      if (action === undefined) return isEverybodys(question) ? of('person') : of('total')
      // Everybody's counts of one action, by whose they are.
      return owned
        .where('owner_id', '<>', EVERYBODY)
        .where('dimension', '=', 'action')
        .where('action', '=', '')
        .where('key', '=', action)
  }
}

/** The counts, or below six hours the rows, that are summed by one part. */
function sourceOf(read: Reader, part: Part, question: Question): Source {
  // Servers of one person and one action are counted by nothing but the rows.
  const isUncounted = part === 'server' && !isEverybodys(question) && question.action !== undefined
  if (question.bucket === 'minute' || isUncounted) return ofRows(read, part, question)
  const isByOwner = part === 'person' && !(isEverybodys(question) && question.action === undefined)
  const key = isByOwner ? sql<string>`owner_id::text` : sql<string>`key`
  // Each slice is asked for by itself: an estimate of all of them together goes wrong.
  const [first, ...others] = slicesOf(question.from, question.to).map((slice) =>
    countRows(read, part, question)
      .where('span', '=', slice.span)
      .where('at', '=', instant(slice.at))
      .select([key.as('key'), 'failed', sumOf(slice).as('n')]),
  )
  // A reader who sees part of the counts has them in a WITH of their own, which needs parentheses inside a union.
  return others.reduce((all, slice) => all.unionAll((eb) => eb.parens(slice)), first!) as unknown as Source
}

/** Told one by one the counts are added in a tenth of the time that unnesting them takes. */
const sumOf = ({ first, last }: Slice) =>
  sql<number>`${sql.join(
    Array.from({ length: last - first + 1 }, (_, n) => sql`n[${sql.lit(first + n)}]`),
    sql` + `,
  )}`

function ofRows(
  read: Reader,
  part: Part | 'time' | 'sign-in',
  { from, to, actorId, action }: Question,
): Source {
  const key = {
    time: sql`''`,
    'sign-in': sql`''`,
    action: sql`action`,
    person: sql`actor_id::text`,
    server: sql`unnest(server_ids)::text`,
  }[part]
  const failed = part === 'sign-in' ? sql<boolean>`not signed_in` : sql<boolean>`status >= 400`
  let rows = read
    .selectFrom('activity')
    .select(['at', failed.as('failed'), sql<string>`${key}`.as('key'), 'times as n'])
    .where('at', '>=', instant(from))
    .where('at', '<', instant(to))
  if (actorId !== undefined) rows = rows.where('actor_id', '=', actorId)
  if (action !== undefined && part !== 'sign-in') rows = rows.where('action', '=', action)
  if (part === 'sign-in')
    rows = rows.where(
      sql<SqlBool>`(signed_in or (status >= 400 and action = any(${[...signInActions]}::text[])))`,
    )
  return rows as unknown as Source
}

/** Over a query already scoped; its columns are named in SQL. */
const over = (read: Reader, rows: unknown) =>
  read.selectFrom(rows as 'activity') as unknown as SelectQueryBuilder<Database, never, object>

const succeeded = sql<number>`coalesce(sum(n) filter (where not failed), 0)::bigint`
const failures = sql<number>`coalesce(sum(n) filter (where failed), 0)::bigint`

export interface Times {
  readonly points: readonly { at: Date; succeeded: number; failed: number }[]
  readonly heat: readonly { weekday: number; hour: number; n: number }[]
}

/** One after another: a moment in milliseconds since 1970, how many succeeded, how many failed. */
type Sums = number[]

const numbersIn = (rows: unknown) => {
  const [row] = rows as { text: string | null }[]
  return JSON.parse(row?.text ?? '[]') as number[]
}

async function minuteSums(read: Reader, part: 'time' | 'sign-in', question: Question): Promise<Sums> {
  const minute = sql`(date_part('epoch', date_trunc('minute', at)) * 1000)::bigint`
  const sums = over(read, ofRows(read, part, question).as('counted'))
    .select([minute.as('minute'), succeeded.as('succeeded'), failures.as('failures')])
    .groupBy(sql`1` as never)
    .as('sums')
  return numbersIn(
    await over(read, sums)
      .select(sql`'[' || string_agg(minute || ',' || succeeded || ',' || failures, ',') || ']'`.as('text'))
      .execute(),
  )
}

/**
 * Every hour that something was counted in: a day begins at another hour in each time zone. They come as one text, for
 * two years are 17,520 hours: of each row its day, whether it is of what failed, and 24 counts.
 */
async function hourSums(read: Reader, part: 'time' | 'sign-in', question: Question): Promise<Sums> {
  const { from, to } = question
  const day = sql`(date_part('epoch', at) * 1000)::bigint`
  const numbers = numbersIn(
    await countRows(read, part, question)
      .where('span', '=', 0)
      .where('at', '>', instant(from - 24 * HOUR))
      .where('at', '<', instant(to))
      .select(
        sql`'[' || string_agg(${day} || ',' || failed::int || ',' || array_to_string(n, ','), ',') || ']'`.as(
          'text',
        ),
      )
      .execute(),
  )
  const sums: Sums = []
  for (let place = 0; place < numbers.length; place += 26)
    for (let hour = 0; hour < 24; hour++) {
      const at = numbers[place]! + hour * HOUR
      const n = numbers[place + 2 + hour]!
      if (n === 0 || at < from || at >= to) continue
      if (numbers[place + 1] === 0) sums.push(at, n, 0)
      else sums.push(at, 0, n)
    }
  return sums
}

/**
 * Counts by time, and by weekday and hour, of one time zone. What an hour is in the zone is worked out here, which takes a
 * tenth of the time that the database would.
 */
export async function countedTimes(
  read: Reader,
  part: 'time' | 'sign-in',
  question: Question,
  timeZone: string,
): Promise<Times> {
  const { bucket, from, to } = question
  const numbers =
    bucket === 'minute' ? await minuteSums(read, part, question) : await hourSums(read, part, question)
  const clock = new ZoneClock(timeZone, from, to)
  const points = new Map<number, { succeeded: number; failed: number }>()
  const heat = new Map<number, number>()
  for (let place = 0; place < numbers.length; place += 3) {
    const at = numbers[place]!
    const [done, refused] = [numbers[place + 1]!, numbers[place + 2]!]
    const start = clock.start(at, bucket)
    const point = points.get(start)
    if (point === undefined) points.set(start, { succeeded: done, failed: refused })
    else {
      point.succeeded += done
      point.failed += refused
    }
    const hour = hourOfWeek(at, clock)
    heat.set(hour, (heat.get(hour) ?? 0) + done + refused)
  }
  const ascending = <V>(map: ReadonlyMap<number, V>) => [...map].sort(([one], [other]) => one - other)
  return {
    points: ascending(points).map(([at, counts]) => ({ at: new Date(at), ...counts })),
    heat: ascending(heat).map(([hour, n]) => ({ weekday: Math.floor(hour / 24) + 1, hour: hour % 24, n })),
  }
}

export interface Items {
  readonly items: readonly { key: string; succeeded: number; failed: number }[]
  readonly others: { readonly items: number; readonly succeeded: number; readonly failed: number }
  readonly total: { readonly succeeded: number; readonly failed: number }
}

/** Counts by action, person or server: those with most first. */
export async function countedItems(
  read: Reader,
  part: Part,
  question: Question,
  most: number,
): Promise<Items> {
  const source = sourceOf(read, part, question).as('counted')
  const sums = over(read, source)
    .select([sql`key`.as('key'), succeeded.as('succeeded'), failures.as('failures')])
    .groupBy(sql`1` as never)
    .as('sums')
  type Sum = {
    key: string
    succeeded: number
    failures: number
    all_succeeded: number
    all_failed: number
    groups: number
  }
  const rows = (await over(read, sums)
    .select([
      sql`key`.as('key'),
      sql`succeeded`.as('succeeded'),
      sql`failures`.as('failures'),
      sql`(sum(succeeded) over ())::bigint`.as('all_succeeded'),
      sql`(sum(failures) over ())::bigint`.as('all_failed'),
      sql`count(*) over ()`.as('groups'),
    ])
    .orderBy(sql`succeeded + failures`, 'desc')
    .orderBy(sql`key`)
    .limit(most)
    .execute()) as unknown as Sum[]
  const items = rows.map(({ key, succeeded, failures }) => ({ key, succeeded, failed: failures }))
  const first = rows[0]
  const total = { succeeded: first?.all_succeeded ?? 0, failed: first?.all_failed ?? 0 }
  const sum = (of: 'succeeded' | 'failed') => items.reduce((added, item) => added + item[of], 0)
  return {
    items,
    others: {
      items: Math.max(0, (first?.groups ?? 0) - items.length),
      succeeded: total.succeeded - sum('succeeded'),
      failed: total.failed - sum('failed'),
    },
    total,
  }
}
