import { sql, type Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { Counts, EVERYBODY } from './counts.ts'
import { objectOf, type Sentences } from './entry-text.ts'
import {
  isFailedSignIn,
  type Projected,
  projectEntries,
  rowKey,
  type SealedEntry,
  storable,
  timesOf,
  wordsOf,
} from './project.ts'

/**
 * Writes what some sealed entries make. Where batches of entries are cut makes no difference: everything is a function
 * of the first entry of a request, or of each entry by itself, or is added to what the earlier batch wrote.
 * @returns the numbers of the rows that are new or changed
 */
export async function writeRows(
  tx: Transaction<Database>,
  sealed: readonly SealedEntry[],
  sentencesOf: Sentences,
): Promise<number[]> {
  const rows = projectEntries(sealed)
  const earlier = await earlierRows(tx, rows)
  const fresh = rows.filter((row) => !earlier.has(keyOf(row)))
  const counts = new Counts()
  for (const row of fresh) countRow(counts, row)
  for (const row of rows) countSignIn(counts, row, !earlier.has(keyOf(row)))
  const changed: number[] = []
  for (const row of rows) {
    const before = earlier.get(keyOf(row))
    if (before === undefined) continue
    await continueRow(tx, row, before, counts)
    changed.push(before.seq)
  }
  const unseen = await keepAddresses(tx, fresh)
  await keepNames(tx, sealed)
  if (fresh.length > 0) {
    const written = fresh.map((row) => rowOf(row, unseen, sentencesOf))
    await sql`
      insert into activity (seq, last_seq, at, actor_id, request_id, status, entries, times, new_address, signed_in, actor_kind,
        action, object_kind, object_id, server_ids, words)
      select * from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as row (
        seq bigint, last_seq bigint, at timestamptz, actor_id uuid, request_id text, status smallint, entries int,
        times int, new_address boolean, signed_in boolean, actor_kind text, action text, object_kind text, object_id text,
        server_ids uuid[], words text)`.execute(tx)
  }
  await counts.write(tx)
  return [...fresh.map(({ seq }) => seq), ...changed]
}

const keyOf = ({ entry, status }: Projected) => rowKey(entry.request.id, status)

function rowOf(row: Projected, unseen: ReadonlySet<number>, sentencesOf: Sentences) {
  const { seq, lastSeq, entry, status, entries, serverIds } = row
  const object = objectOf(entry)
  return {
    seq,
    last_seq: lastSeq,
    at: entry.at,
    actor_id: entry.actor.id,
    request_id: entry.request.id,
    status,
    entries,
    times: timesOf(entry),
    new_address: unseen.has(seq),
    signed_in: row.signedIn !== undefined && status < 400,
    actor_kind: entry.actor.kind,
    action: storable(entry.request.action),
    object_kind: object && storable(object.kind),
    object_id: object && storable(object.id),
    server_ids: serverIds,
    words: wordsOf(entry, sentencesOf),
  }
}

function countRow(counts: Counts, { entry, status, serverIds }: Projected): void {
  const at = new Date(entry.at)
  const failed = status >= 400
  const n = timesOf(entry)
  const actorId = entry.actor.id
  const action = storable(entry.request.action)
  const all = { ownerId: EVERYBODY, action: '' }
  counts.add({ ...all, dimension: 'person', key: actorId }, at, failed, n)
  for (const ownerId of [EVERYBODY, actorId]) {
    counts.add({ ownerId, action: '', dimension: 'total', key: '' }, at, failed, n)
    counts.add({ ownerId, action: '', dimension: 'action', key: action }, at, failed, n)
  }
  countServers(counts, { at, actorId, action, failed, n }, serverIds)
}

interface Told {
  readonly at: Date
  readonly actorId: string
  readonly action: string
  readonly failed: boolean
  readonly n: number
}

/** A request that touched several servers counts for each. */
function countServers(
  counts: Counts,
  { at, actorId, action, failed, n }: Told,
  serverIds: readonly string[],
) {
  for (const key of serverIds) {
    const all = { ownerId: EVERYBODY, action: '', dimension: 'server', key } as const
    counts.add(all, at, failed, n)
    counts.add({ ...all, ownerId: actorId, isCoarse: true }, at, failed, n)
    counts.add({ ...all, action, isCoarse: true }, at, failed, n)
  }
}

/** A refused try is counted with its row; a session that began with its own entry, of which a request has one at most. */
function countSignIn(counts: Counts, row: Projected, isFresh: boolean): void {
  const failed = row.status >= 400
  const told = failed ? (isFresh && isFailedSignIn(row) ? row.entry : undefined) : row.signedIn
  if (told === undefined) return
  for (const ownerId of [EVERYBODY, told.actor.id])
    counts.add(
      { ownerId, action: '', dimension: 'sign-in', key: '' },
      new Date(told.at),
      failed,
      timesOf(told),
    )
}

/** The rows of requests whose first entries came earlier: one transaction's entries may be sealed in two batches. */
async function earlierRows(tx: Transaction<Database>, rows: readonly Projected[]) {
  const found = await tx
    .selectFrom('activity')
    .select(['seq', 'request_id', 'status', 'server_ids', 'at', 'actor_id', 'times'])
    .where(
      'request_id',
      'in',
      rows.map(({ entry }) => entry.request.id),
    )
    .execute()
  return new Map(found.map((row) => [rowKey(row.request_id, row.status), row]))
}
type EarlierRow = Awaited<ReturnType<typeof earlierRows>> extends Map<string, infer Row> ? Row : never

async function continueRow(tx: Transaction<Database>, row: Projected, before: EarlierRow, counts: Counts) {
  const added = row.serverIds.filter((id) => !before.server_ids.includes(id))
  const { at, actor_id: actorId, times: n } = before
  const action = storable(row.entry.request.action)
  countServers(counts, { at, actorId, action, failed: row.status >= 400, n }, added)
  await tx
    .updateTable('activity')
    .set((set) => ({
      last_seq: row.lastSeq,
      entries: set('entries', '+', row.entries),
      server_ids: [...before.server_ids, ...added],
      ...(row.signedIn && row.status < 400 && { signed_in: true }),
    }))
    .where('seq', '=', before.seq)
    .execute()
}

/** @returns the rows that came from an address never seen of an actor of whom others were */
async function keepAddresses(tx: Transaction<Database>, rows: readonly Projected[]) {
  const first = new Map<string, Projected>()
  for (const row of rows) {
    const { actor, request } = row.entry
    const key = `${actor.id} ${request.address}`
    // Whose address it is was proven only where the request was let in: anybody may try a name.
    const isNamed =
      row.status < 400 && actor.kind !== 'anonymous' && actor.kind !== 'system' && request.address !== ''
    if (isNamed && !first.has(key)) first.set(key, row)
  }
  const candidates = [...first.values()]
  if (candidates.length === 0) return new Set<number>()
  const { rows: fresh } = await sql<{ seq: number; is_first: boolean }>`
    with candidate as (
      select * from unnest(${candidates.map(({ entry }) => entry.actor.id)}::uuid[],
        ${candidates.map(({ entry }) => storable(entry.request.address))}::text[],
        ${candidates.map(({ seq }) => seq)}::bigint[],
        ${candidates.map(({ entry }) => entry.at)}::timestamptz[]) as c (actor_id, address, seq, at)),
    unseen as (
      select c.*, row_number() over (partition by actor_id order by seq) = 1
          and not exists (select from activity_address k where k.actor_id = c.actor_id) as is_first
        from candidate c
       where not exists (select from activity_address k where k.actor_id = c.actor_id and k.address = c.address))
    insert into activity_address (actor_id, address, seq, at, is_first)
    select actor_id, address, seq, at, is_first from unseen returning seq, is_first`.execute(tx)
  return new Set(fresh.filter(({ is_first }) => !is_first).map(({ seq }) => seq))
}

async function keepNames(tx: Transaction<Database>, sealed: readonly SealedEntry[]) {
  const names = new Map<string, { id: string; actorId: string; name: string; seq: number }>()
  for (const { seq, entry } of sealed)
    for (const { id, name } of [entry.actor, ...(entry.server ? [entry.server] : [])])
      names.set(`${id} ${entry.actor.id}`, { id, actorId: entry.actor.id, name: storable(name), seq })
  const kept = [...names.values()]
  await sql`
    insert into activity_name as kept (id, actor_id, name, seq)
    select * from unnest(${kept.map(({ id }) => id)}::uuid[], ${kept.map(({ actorId }) => actorId)}::uuid[],
      ${kept.map(({ name }) => name)}::text[], ${kept.map(({ seq }) => seq)}::bigint[])
    on conflict (id, actor_id) do update set name = excluded.name, seq = excluded.seq`.execute(tx)
}
