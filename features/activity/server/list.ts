import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import { UUID } from '../../../base/common/journal/subject-key.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { ActivityFilter } from '../common/api.ts'
import { activityFaults } from '../common/faults.ts'
import { type Stretch, stretchesOf } from './hours-of-week.ts'
import { type ListedRow, listed, type RowParts, shownRows } from './rows.ts'

export type Filter = z.output<typeof ActivityFilter>
type Rows = SelectQueryBuilder<Database, 'activity', object>

export interface ListParts extends RowParts {
  readonly actionsOf: (feature: string) => readonly string[]
}

/** Everything but the text. */
export function narrow(parts: Pick<ListParts, 'actionsOf'>, rows: Rows, filter: Filter): Rows {
  const { personId, action, feature, object, serverId, failedOnly, from, to } = filter
  let query = rows
  if (personId !== undefined) query = query.where('actor_id', '=', personId)
  if (action?.endsWith('.'))
    query = query.where('action', '>=', action).where('action', '<', `${action}\u{ffff}`)
  else if (action !== undefined) query = query.where('action', '=', action)
  if (feature !== undefined)
    query = query.where(sql<SqlBool>`action = any(${parts.actionsOf(feature) as string[]}::text[])`)
  if (object !== undefined) query = query.where(UUID.test(object) ? 'object_id' : 'object_kind', '=', object)
  // The index has no rows without a server, so that is said as well.
  if (serverId !== undefined)
    query = query.where(sql<SqlBool>`server_ids <> '{}' and server_ids @> array[${serverId}]::uuid[]`)
  if (failedOnly) query = query.where('status', '>=', 400)
  if (from !== undefined) query = query.where('at', '>=', new Date(from))
  if (to !== undefined) query = query.where('at', '<', new Date(to))
  return query
}

const pattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`
const containing = (rows: Rows, text: string): Rows => rows.where('words', 'ilike', pattern(text))
const newestFirst = (rows: Rows) => rows.orderBy('at', 'desc').orderBy('seq', 'desc')
const start = (read: Reader) => read.selectFrom('activity') as unknown as Rows

interface Place {
  readonly at: Date
  readonly seq: number
}

const before = (rows: Rows, { at, seq }: Place): Rows =>
  rows.where(sql<SqlBool>`(at, seq) < (${at.toISOString()}::timestamptz, ${seq}::bigint)`)

function placeOf(cursor: string): Place {
  const [milliseconds, seq] = cursor.split('.').map(Number)
  const at = new Date(milliseconds ?? Number.NaN)
  if (!/^\d{1,15}\.\d{1,16}$/.test(cursor) || Number.isNaN(at.getTime()))
    throw activityFaults['activity.bad_cursor']()
  return { at, seq: seq! }
}

interface PageAsk extends Filter {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** An hour of the week comes back each week: of ten years these are some thirty readings, of one week one. */
const STRETCHES_AT_ONCE = 16

const during = (rows: Rows, stretches: readonly Stretch[]): Rows =>
  rows.where((eb) =>
    eb.or(
      stretches.map(({ from, to }) => eb.and([eb('at', '>=', new Date(from)), eb('at', '<', new Date(to))])),
    ),
  )

export async function listActivity(parts: ListParts, read: Reader, ask: PageAsk, now: Date) {
  const from = ask.cursor === undefined ? undefined : placeOf(ask.cursor)
  const rows = () => {
    const narrowed = narrow(parts, start(read), ask)
    return from === undefined ? narrowed : before(narrowed, from)
  }
  const wanted = ask.limit + 1
  const { text } = ask
  const newest = (within: () => Rows, most: number) =>
    text === undefined
      ? newestFirst(within()).select(listed).limit(most).execute()
      : pageContaining(read, within, text, most)
  const stretches = stretchesOf(ask, now.getTime())?.filter((one) => !from || one.from <= from.at.getTime())
  const found = stretches === undefined ? await newest(rows, wanted) : []
  for (let place = 0; found.length < wanted && place < (stretches?.length ?? 0); place += STRETCHES_AT_ONCE) {
    const some = stretches!.slice(place, place + STRETCHES_AT_ONCE)
    found.push(...(await newest(() => during(rows(), some), wanted - found.length)))
  }
  const shown = found.slice(0, ask.limit)
  const last = shown.at(-1)
  return {
    items: await shownRows(parts, shown),
    next: found.length > ask.limit ? `${last!.at.getTime()}.${last!.seq}` : null,
  }
}

const WALKED_ROWS = 5000
const STRETCH_DAYS = [1, 16, 256, undefined] as const

/**
 * The newest rows that contain the text. Common text is met by walking the newest rows; what is not is looked for in the
 * index of substrings, in longer and longer stretches of time, for asked at once it would give every hit there is.
 */
async function pageContaining(
  read: Reader,
  rows: () => Rows,
  text: string,
  wanted: number,
): Promise<ListedRow[]> {
  const window = newestFirst(rows())
    .select([...listed, 'words'])
    .limit(WALKED_ROWS)
  const found: ListedRow[] = await newestFirst(
    containing(read.selectFrom(window.as('walked')) as unknown as Rows, text),
  )
    .select(listed)
    .limit(wanted)
    .execute()
  if (found.length === wanted) return found
  const end = await newestFirst(rows())
    .select(['at', 'seq'])
    .offset(WALKED_ROWS - 1)
    .limit(1)
    .executeTakeFirst()
  if (end === undefined) return found
  let place: Place = end
  for (const days of STRETCH_DAYS) {
    const since = days === undefined ? undefined : new Date(end.at.getTime() - days * 86_400_000)
    const stretch = before(rows(), place)
    const within = since === undefined ? stretch : stretch.where('at', '>=', since)
    // The limit stays outside: seen inside, it makes the planner walk on in the hope to meet enough hits soon.
    const hits = containing(within, text).select(listed).offset(0).as('hits')
    const more = await newestFirst(read.selectFrom(hits) as unknown as Rows)
      .select(listed)
      .limit(wanted - found.length)
      .execute()
    found.push(...more)
    if (found.length === wanted || since === undefined) return found
    place = { at: since, seq: 0 }
  }
  return found
}

/** Those of the given rows that the filter and the actor's scope let through, newest first. */
export async function matchingActivity(
  parts: ListParts,
  read: Reader,
  filter: Filter,
  seqs: readonly number[],
  now: Date,
) {
  if (seqs.length === 0) return []
  const stretches = stretchesOf(filter, now.getTime())
  const rows = narrow(parts, start(read), filter).where('seq', 'in', [...seqs])
  const found = await newestFirst(filter.text === undefined ? rows : containing(rows, filter.text))
    .select(listed)
    .execute()
  const isWithin = (at: number) => stretches?.some(({ from, to }) => at >= from && at < to) ?? true
  return shownRows(
    parts,
    found.filter(({ at }) => isWithin(at.getTime())),
  )
}
