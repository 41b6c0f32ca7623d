import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import { UUID } from '../../../base/common/journal/subject-key.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { ActivityFilter } from '../common/api.ts'
import { activityFaults } from '../common/faults.ts'
import { type Stretch, stretchesOf } from './hours-of-week.ts'
import { type ListedRow, listed, type RowParts, shownRows } from './rows.ts'
import type { TextIndex } from './text-index.ts'
import { below, containing, newestFirst, type Place, pageContaining, type Rows } from './text-page.ts'

export type Filter = z.output<typeof ActivityFilter>

export interface ListParts extends RowParts {
  readonly actionsOf: (feature: string) => readonly string[]
  readonly textIndex: TextIndex
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

const start = (read: Reader) => read.selectFrom('activity') as unknown as Rows

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

/** Finds the newest rows below a place, of those that are within something else besides. */
async function newestOf(
  parts: ListParts,
  read: Reader,
  { text, ...ask }: PageAsk,
  place: Place | undefined,
  now: Date,
): Promise<(within: (rows: Rows) => Rows, wanted: number) => Promise<ListedRow[]>> {
  const rows = (filter: Filter) => narrow(parts, start(read), filter)
  if (text === undefined)
    return (within, wanted) => {
      const all = within(rows(ask))
      return newestFirst(place === undefined ? all : below(all, place))
        .select(listed)
        .limit(wanted)
        .execute()
    }
  const plan = await parts.textIndex.planFor(text, now)
  // When is asked of the index of substrings; said once more, it would make the planner walk a stretch of time.
  const { from, to, ...filter } = ask
  const end = to === undefined ? undefined : { at: new Date(to), seq: 0 }
  const before = place === undefined || (end && end.at <= place.at) ? end : place
  const notBefore = from === undefined ? 0 : Date.parse(from)
  const isIndexed = [ask.action, ask.feature, ask.object, ask.serverId].every((each) => each === undefined)
  return (within, wanted) =>
    pageContaining(read, {
      ...{ text, plan, wanted, before, notBefore, isIndexed: isIndexed && !ask.failedOnly },
      rows: () => within(rows(filter)),
    })
}

export async function listActivity(parts: ListParts, read: Reader, ask: PageAsk, now: Date) {
  const from = ask.cursor === undefined ? undefined : placeOf(ask.cursor)
  const wanted = ask.limit + 1
  const newest = await newestOf(parts, read, ask, from, now)
  const stretches = stretchesOf(ask, now.getTime())?.filter((one) => !from || one.from <= from.at.getTime())
  const found = stretches === undefined ? await newest((all) => all, wanted) : []
  for (let place = 0; found.length < wanted && place < (stretches?.length ?? 0); place += STRETCHES_AT_ONCE) {
    const some = stretches!.slice(place, place + STRETCHES_AT_ONCE)
    found.push(...(await newest((all) => during(all, some), wanted - found.length)))
  }
  const shown = found.slice(0, ask.limit)
  const last = shown.at(-1)
  return {
    items: await shownRows(parts, shown),
    next: found.length > ask.limit ? `${last!.at.getTime()}.${last!.seq}` : null,
  }
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
