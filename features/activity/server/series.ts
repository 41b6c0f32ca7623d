import type { z } from 'zod'
import type { Ask } from '../../../base/server/endpoint.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { activityApi } from '../common/api.ts'
import { activityFaults } from '../common/faults.ts'
import { countedItems, countedTimes, type Question } from './counted.ts'
import { type Bucket, bucketOf, RANGE_MAX_MILLISECONDS, widened } from './pieces.ts'
import { checkTimeZone } from './time-zone.ts'

type SeriesApi = (typeof activityApi)['activity.series']
type Asked = z.output<SeriesApi['in']>

const ITEMS_MAX = 50
/** Rows that a chart by minutes may read; where there are more, hours are counted instead. */
const MINUTE_ROWS_MAX = 300_000

/** The numbers of one chart, from the counts. A member's are always their own. */
export async function seriesOf({ input, actor, read }: Pick<Ask<Asked>, 'input' | 'actor' | 'read'>) {
  const { by, timeZone } = input
  const [start, end] = [Date.parse(input.from), Date.parse(input.to)]
  if (!(start < end) || end - start > RANGE_MAX_MILLISECONDS) throw activityFaults['activity.bad_range']()
  checkTimeZone(timeZone)
  const whose = { actorId: input.personId, action: input.action, isOwn: actor.role === 'member' }
  const about = (bucket: Bucket, isByDay = false): Question => ({
    ...widened(start, end, bucket, isByDay),
    bucket,
    ...whose,
  })

  let question = about(bucketOf(start, end))
  if (question.bucket === 'minute' && (await requestsIn(read, about('hour'))) > MINUTE_ROWS_MAX)
    question = about('hour')
  // Servers of one person, or of one action, are counted by whole days.
  const isFiltered = whose.isOwn || whose.actorId !== undefined || whose.action !== undefined
  if (by === 'server' && isFiltered && question.bucket !== 'minute') question = about('day', true)
  const { from, to, bucket } = question
  const isTime = by === 'hour' || by === 'sign-in'
  const times = isTime
    ? await countedTimes(read, by === 'hour' ? 'time' : 'sign-in', question, timeZone)
    : { points: [], heat: [] }
  const counted = isTime ? undefined : await countedItems(read, by, question, ITEMS_MAX)
  const names =
    by === 'person' || by === 'server'
      ? await namesOf(
          read,
          counted!.items.map(({ key }) => key),
        )
      : undefined
  return {
    by,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    bucket,
    points: times.points.map((point) => ({ ...point, at: point.at.toISOString() })),
    heat: by === 'hour' ? [...times.heat] : [],
    items: (counted?.items ?? []).map((item) => ({ ...item, name: names?.get(item.key) ?? item.key })),
    others: counted?.others ?? { items: 0, succeeded: 0, failed: 0 },
    newAddresses: by === 'sign-in' ? await newAddresses(read, question) : [],
    total: counted?.total ?? {
      succeeded: times.points.reduce((sum, point) => sum + point.succeeded, 0),
      failed: times.points.reduce((sum, point) => sum + point.failed, 0),
    },
  }
}

async function requestsIn(read: Reader, question: Question): Promise<number> {
  const { total } = await countedItems(read, 'action', question, 1)
  return total.succeeded + total.failed
}

/** The newest names the reader may know these by. */
async function namesOf(read: Reader, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await read
    .selectFrom('activity_name')
    .select(['id', 'name'])
    .distinctOn('id')
    .where('id', 'in', [...ids])
    .orderBy('id')
    .orderBy('seq', 'desc')
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

async function newAddresses(read: Reader, { from, to, actorId }: Question) {
  const rows = read
    .selectFrom('activity_address')
    .select(['seq', 'at', 'actor_id', 'address'])
    .where('is_first', '=', false)
    .where('at', '>=', new Date(from))
    .where('at', '<', new Date(to))
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(50)
  const found = await (actorId === undefined ? rows : rows.where('actor_id', '=', actorId)).execute()
  const names = await namesOf(read, [...new Set(found.map((row) => row.actor_id))])
  return found.map(({ seq, at, actor_id, address }) => ({
    id: seq,
    at: at.toISOString(),
    personId: actor_id,
    personName: names.get(actor_id) ?? actor_id,
    address,
  }))
}
