import type { Kysely } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { ActivityDetail, ActivityRow } from '../common/activity.ts'
import { objectOf, type RequestEntry, requestEntryOf, type Sentences } from './entry-text.ts'
import { timesOf } from './project.ts'

export const listed = ['seq', 'last_seq', 'at', 'status', 'entries', 'new_address', 'request_id'] as const

export interface ListedRow {
  readonly seq: number
  readonly last_seq: number
  readonly at: Date
  readonly status: number
  readonly entries: number
  readonly new_address: boolean
  readonly request_id: string
}

export interface RowParts {
  /** Reads the journal of what was already seen through the actor's own eyes. */
  readonly db: Kysely<Database>
  readonly sentencesOf: Sentences
  /** The feature an endpoint or a kind of event belongs to. */
  readonly featureOf: (name: string) => string
}

const DETAILS_MAX = 4096
const ENTRIES_MAX = 50
/** Between the first and the last entry of a request others may stand. */
const BETWEEN_MAX = 20_000

/** The rows as they are shown: names and details from the entries they stand for, which the reader may see with them. */
export async function shownRows(parts: RowParts, rows: readonly ListedRow[]): Promise<ActivityRow[]> {
  if (rows.length === 0) return []
  const bodies = await parts.db
    .selectFrom('journal')
    .select(['seq', 'body'])
    .where(
      'seq',
      'in',
      rows.map(({ seq }) => seq),
    )
    .execute()
  const bodyOf = new Map(bodies.map(({ seq, body }) => [seq, body]))
  return rows.flatMap((row) => {
    const body = bodyOf.get(row.seq)
    const entry = body === undefined ? undefined : requestEntryOf(body)
    return entry === undefined ? [] : [shownRow(parts, row, entry, body!.length)]
  })
}

function shownRow(
  { sentencesOf, featureOf }: RowParts,
  row: ListedRow,
  entry: RequestEntry,
  length: number,
): ActivityRow {
  const { actor, server, request, kind } = entry
  return {
    id: row.seq,
    at: row.at.toISOString(),
    user: { id: actor.id, name: actor.name, kind: actor.kind },
    credential: actor.via ? { id: actor.via.id, name: actor.via.name } : null,
    address: request.address,
    newAddress: row.new_address,
    client: request.client ?? '',
    action: request.action,
    feature: featureOf(request.action),
    kind,
    ...sentencesOf(entry),
    object: objectOf(entry),
    server: server ?? null,
    subjectId: entry.subject?.id ?? null,
    status: row.status,
    requestId: row.request_id,
    details: length > DETAILS_MAX ? null : { ...entry.data },
    entries: row.entries,
    times: timesOf(entry),
  }
}

/** One row with every entry of its request. */
export async function detailOf(parts: RowParts, row: ListedRow): Promise<ActivityDetail | undefined> {
  const [shown] = await shownRows(parts, [row])
  if (shown === undefined) return undefined
  const near = await parts.db
    .selectFrom('journal')
    .select(['seq', 'at', 'body'])
    .where('seq', '>=', row.seq)
    .where('seq', '<=', Math.min(row.last_seq, row.seq + BETWEEN_MAX))
    .where((eb) => eb(eb.fn('strpos', ['body', eb.val(row.request_id)]), '>', 0))
    .orderBy('seq')
    .limit(10 * ENTRIES_MAX)
    .execute()
  const all = near
    .flatMap(({ seq, at, body }) => {
      const entry = requestEntryOf(body)
      if (entry?.request.id !== row.request_id) return []
      const { title, sentence } = parts.sentencesOf(entry)
      return [
        { sequence: seq, at: at.toISOString(), kind: entry.kind, title, sentence, data: { ...entry.data } },
      ]
    })
    .slice(0, ENTRIES_MAX)
  return { ...shown, all }
}
