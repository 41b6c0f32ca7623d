import { sql, type Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { Counts, NOBODY } from './counts.ts'
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
  for (const row of rows) countSignIn(counts, row)
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
    signed_in: row.signedIn !== undefined,
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
  counts.add('total', at, '', failed, n)
  counts.add('action', at, action, failed, n)
  counts.add('person', at, actorId, failed, n)
  for (const id of serverIds) counts.add('server', at, id, failed, n)
  for (const [place, id] of (serverIds.length === 0 ? [NOBODY] : serverIds).entries())
    counts.addOf(actorId, at, action, id, failed, { n: place === 0 ? n : 0, touched: n })
}

function countSignIn(counts: Counts, row: Projected): void {
  const told = row.signedIn ?? (isFailedSignIn(row) ? row.entry : undefined)
  if (told === undefined) return
  const failed = row.signedIn === undefined
  for (const key of ['', told.actor.id]) counts.add('sign-in', new Date(told.at), key, failed, timesOf(told))
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
  const failed = row.status >= 400
  const n = before.times
  const added = row.serverIds.filter((id) => !before.server_ids.includes(id))
  for (const id of added) counts.add('server', before.at, id, failed, n)
  const action = storable(row.entry.request.action)
  for (const [place, id] of added.entries()) {
    const isFirst = before.server_ids.length === 0 && place === 0
    // Until now the request was counted as one without a server.
    if (isFirst) counts.addOf(before.actor_id, before.at, action, NOBODY, failed, { n: -n, touched: -n })
    counts.addOf(before.actor_id, before.at, action, id, failed, { n: isFirst ? n : 0, touched: n })
  }
  await tx
    .updateTable('activity')
    .set((set) => ({
      last_seq: row.lastSeq,
      entries: set('entries', '+', row.entries),
      server_ids: [...before.server_ids, ...added],
      ...(row.signedIn && { signed_in: true }),
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
    const isNamed = actor.kind !== 'anonymous' && actor.kind !== 'system' && request.address !== ''
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
