import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../base/server/database.ts'
import { startPostgres } from '../../base/server/embedded-postgres/start-postgres.ts'
import { migrate } from '../../base/server/migrate.ts'
import { packed } from '../../features/activity/server/pack-counts.ts'
import { migrations } from '../../seed/migrations.ts'

/** A log as a house of 64 people and 240 servers has it after two years, made by SQL: rows, counts, and the journal they stand for. */
export const DAYS = 730
export const lastDay = Date.parse('2026-08-01T00:00:00Z')
const firstDay = lastDay - DAYS * 86_400_000
export const personId = (n: number) => `01900002-0000-7000-8000-${String(n).padStart(12, '0')}`
export const texts = { common: 'signed in', seldom: 'release 4711', none: 'no such words anywhere' }

const EVERYBODY = `'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`
const actions =
  'command.submit command.submit command.submit command.submit command.cancel command.stop auth.sign-in auth.sign-in auth.sign-out auth.step-up server.rename server.set-groups group.create group.set-members person.create person.set-role token.create token.disable command.read server.read settings.update journal.bundle unknown live'.split(
    ' ',
  )

const insert = (from: number, to: number, rows: number) => `
  with drawn as (
    select n, to_timestamp(${firstDay / 1000}::float8 + n * ${DAYS * 86_400}::float8 / ${rows}) as at,
      ('01900002-0000-7000-8000-' || lpad((case when luck1 < 0.15 then 1 else 2 + floor(63 * luck1 ^ 2) end)::text, 12, '0'))::uuid as actor_id,
      (array[${actions.map((name) => `'${name}'`).join()}])[1 + floor(luck2 * ${actions.length})::int] as action,
      ('01900001-0000-7000-8000-' || lpad((1 + floor(240 * luck3 ^ 2.5))::text, 12, '0'))::uuid as server_id,
      case when luck4 < 0.05 then (array[401, 403, 404, 409, 500])[1 + floor(luck4 * 100)::int] else 200 end as status
    from (select n, random() as luck1, random() as luck2, random() as luck3, random() as luck4
            from generate_series(${from}::bigint, ${to}::bigint) n offset 0) luck),
  rows as (
    insert into activity
    select n, n, at, actor_id, 'request-' || n, status, 1, 1, n % 50021 = 0, action = 'auth.sign-in' and status = 200,
      'person', action, split_part(action, '.', 1), md5((n % 400000)::text)::uuid::text,
      case when action like 'command.%' or action like 'server.%' then array[server_id] else '{}' end,
      'Person ' || right(actor_id::text, 2) || case when action = 'auth.sign-in' then ' signed in with a password'
        when n % 1009 = 5 then ' changed release 4711' else ' did ' || action || ' to ' || left(md5(n::text), 9) end
        || ' from 10.0.' || n % 200 || '.' || n % 251
    from drawn returning seq, at, actor_id, action, status, request_id)
  insert into journal (seq, at, actor_no, kind_no, body)
  select seq, at, 1, 1, '{"v":1,"id":"01a1fd91-a529-7134-9da8-5884f9b66826","at":"' || to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '","kind":"group.created","actor":{"id":"' || actor_id || '","name":"Person","kind":"person"},"request":{"id":"' || request_id
    || '","address":"10.0.0.1","client":"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0","action":"' || action || '","status":' || status
    || '},"data":{"name":"Payments"}}'
  from rows`

const counted = (
  owner: string,
  action: string,
  dimension: string,
  key: string,
  from = 'by_hour',
  span = 0,
) => `
  insert into single_count
  select ${owner}, ${action}, '${dimension}', ${span}, at, ${key}, failed, sum(n) from ${from} group by 1, 2, 4, 5, 6, 7`
const isServer = `(select * from by_hour where server_id is not null) h`
const isServerByDay = `(select date_trunc('day', at) as at, actor_id, action, server_id, failed, n from by_hour where server_id is not null) h`

/** In the order in which the follower would have met them: each with the first hour, day or month it counts. */
const inOrder = [
  `create unlogged table packed_count as select * from activity_count
     order by at + (select min(place) from generate_subscripts(n, 1) place where n[place] > 0)
       * (array['1 hour', '1 day', '30 days'])[span + 1]::interval`,
  'truncate activity_count',
  'insert into activity_count select * from packed_count',
  'drop table packed_count',
]

const counts = [
  `create unlogged table single_count (
     owner_id uuid, action text, dimension text, span smallint, at timestamptz, key text, failed boolean, n bigint)`,
  `create unlogged table by_hour as
     select date_trunc('hour', at) as at, actor_id, action, server_ids[1] as server_id, status >= 400 as failed, count(*) as n
       from activity group by 1, 2, 3, 4, 5`,
  counted(EVERYBODY, `''`, 'total', `''`),
  counted(EVERYBODY, `''`, 'action', 'action'),
  counted(EVERYBODY, `''`, 'person', 'actor_id::text'),
  counted(EVERYBODY, `''`, 'server', 'server_id::text', isServer),
  counted('actor_id', `''`, 'total', `''`),
  counted('actor_id', `''`, 'action', 'action'),
  counted(EVERYBODY, `''`, 'sign-in', `''`, `(select * from by_hour where action = 'auth.sign-in') h`),
  counted('actor_id', `''`, 'sign-in', `''`, `(select * from by_hour where action = 'auth.sign-in') h`),
  ...[`'day', 1`, `'month', 2`].map((span) => {
    const [name, number] = span.split(', ')
    return `insert into single_count
      select owner_id, action, dimension, ${number}, date_trunc(${name}, at), key, failed, sum(n)
        from single_count where span = 0 group by 1, 2, 3, 5, 6, 7`
  }),
  counted('actor_id', `''`, 'server', 'server_id::text', isServerByDay, 1),
  counted(EVERYBODY, 'action', 'server', 'server_id::text', isServerByDay, 1),
  `insert into single_count
     select owner_id, action, dimension, 2, date_trunc('month', at), key, failed, sum(n)
       from single_count where span = 1 and dimension = 'server' and (action <> '' or owner_id <> ${EVERYBODY})
      group by 1, 2, 3, 5, 6, 7`,
  packed('single_count', 2),
  packed('single_count', 1),
  packed('single_count', 0),
  `drop table by_hour, single_count`,
  ...inOrder,
  `insert into activity_address select actor_id, words, seq, at, false from activity where new_address on conflict do nothing`,
  `insert into activity_name select distinct on (actor_id) actor_id, actor_id, 'Person', seq from activity where seq < 100000`,
]

export interface ActivityRows extends AsyncDisposable {
  readonly url: string
}

/** Starts the database of this many rows; makes it where there is none yet, and keeps it for the next run. */
export async function openActivityRows(rows: number, isFresh: boolean): Promise<ActivityRows> {
  const directory = `/var/tmp/annals-bench-activity-${rows}`
  const isMade = join(directory, 'made')
  if (isFresh || !existsSync(isMade)) {
    rmSync(directory, { recursive: true, force: true })
    const loading = await startPostgres({
      dataDirectory: directory,
      durable: false,
      sharedBuffersMegabytes: 512,
      settings: { maintenance_work_mem: '1GB', work_mem: '512MB', max_wal_size: '8GB' },
    })
    try {
      await make(loading.url, rows)
    } finally {
      await loading.stop()
    }
    writeFileSync(isMade, '')
  }
  const { url, stop } = await startPostgres({ dataDirectory: directory, durable: false })
  return { url, [Symbol.asyncDispose]: stop }
}

async function make(url: string, rows: number): Promise<void> {
  const began = performance.now()
  const say = (what: string) => console.log(`${((performance.now() - began) / 1000).toFixed(0)} s: ${what}`)
  await using database = openDatabase({ url, poolSize: 1 })
  await migrate(database.db, migrations)
  const client = new pg.Client({
    connectionString: url,
    options: '-c timezone=UTC -c synchronous_commit=off',
  })
  await client.connect()
  try {
    const { rows: indexes } = await client.query<{ name: string; text: string }>(
      `select indexname as name, indexdef as text from pg_indexes where tablename in ('activity', 'activity_count')
         and indexname not in ('activity_pkey')`,
    )
    await client.query('alter table activity drop constraint activity_request_id_status_key')
    await client.query('alter table activity_count drop constraint activity_count_pkey')
    for (const { name } of indexes) await client.query(`drop index if exists ${name}`)
    // Lists and charts read the journal by number only.
    for (const name of ['actor', 'kind_seq', 'server', 'work', 'subject', 'at'])
      await client.query(`drop index if exists journal_${name} cascade`)
    await client.query(
      `create table journal_more partition of journal for values from (10000000) to (1000000000)`,
    )
    await client.query('select setseed(0.42)')
    const step = 500_000
    for (let from = 0; from < rows; from += step) {
      await client.query(insert(from, Math.min(rows, from + step) - 1, rows))
      say(`${Math.min(rows, from + step)} rows`)
    }
    for (const statement of counts) {
      await client.query(statement)
      say(statement.trim().slice(0, 90).replaceAll(/\s+/g, ' '))
    }
    for (const { name, text } of indexes) {
      await client.query(text)
      say(name)
    }
    await client.query(`update activity_mark set seq = ${rows}, at = to_timestamp(${lastDay / 1000})`)
    await client.query(
      'vacuum (freeze, analyze) activity, activity_count, activity_address, activity_name, journal',
    )
    const { rows: sizes } = await client.query(
      `select relname as name, pg_size_pretty(pg_relation_size(oid)) as size, reltuples::bigint as rows from pg_class
        where (relname ~ '^activity' or relname ~ '^journal_p') and pg_relation_size(oid) > 1e6 order by pg_relation_size(oid) desc`,
    )
    console.table(sizes)
  } finally {
    await client.end()
  }
}
