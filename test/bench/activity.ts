import { parseArgs } from 'node:util'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Actor } from '../../base/server/actor.ts'
import type { Database } from '../../base/server/database.ts'
import '../../base/server/database.ts'
import { readAs, type Scopes } from '../../base/server/scope.ts'
import { sentences } from '../../features/activity/server/entry-text.ts'
import { followJournal } from '../../features/activity/server/follow.ts'
import { activityScopes } from '../../features/activity/server/index.ts'
import { listActivity } from '../../features/activity/server/list.ts'
import { seriesOf } from '../../features/activity/server/series.ts'
import { TextIndex } from '../../features/activity/server/text-index.ts'
import { DAYS, lastDay, openActivityRows, personId, texts } from './activity-rows.ts'

/**
 * The Activity log and every chart over ten million requests: what the handlers take, database included, against the
 * GROUP BY over the rows that a chart stands for. Wanted of a chart: 20 ms, or a fiftieth of that.
 *
 * ANNALS_BENCH_ROWS scales it, --fresh makes the database anew (under /var/tmp).
 */
const { values: flags } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } })
const ROWS = Number(process.env['ANNALS_BENCH_ROWS'] ?? 10_000_000)
const ROUNDS = Number(process.env['ANNALS_BENCH_ROUNDS'] ?? 15)

await using database = await openActivityRows(ROWS, flags.fresh)
const pool = new pg.Pool({
  connectionString: database.url,
  max: 1,
  options: '-c plan_cache_mode=force_custom_plan -c constraint_exclusion=on -c timezone=UTC',
})
// The database may end its connections before the pool has closed them.
pool.on('error', () => {})
const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
const actor = (role: 'admin' | 'member', id: string): Actor => ({
  id,
  name: role,
  kind: 'person',
  role,
  groupIds: [],
  serverIds: [],
  personIds: [],
})
const heavy = personId(1)
const readers = {
  admin: actor('admin', personId(0)),
  'heavy member': actor('member', heavy),
} as const

type Reader = keyof typeof readers
const readerOf = (who: Reader) => readAs(db, activityScopes as unknown as Scopes, readers[who])
const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await act()
  return performance.now() - began
}
const at = (values: readonly number[], share: number) =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)]!
const shown = (milliseconds: number) => Number(milliseconds.toFixed(1))

try {
  await lists()
  await charts()
  await following()
} finally {
  await pool.end()
}

/** How fast the log comes after the journal: a hundred thousand entries, of which one in twenty, or each, has a request. */
async function following() {
  const ENTRIES = 100_000
  const rows = []
  for (const every of [20, 1]) {
    await forget()
    await pool.query(
      `insert into journal (seq, at, actor_no, kind_no, body)
       select n, to_timestamp($1::float8 + n / 1000.0), 1, 1, '{"v":1,"at":"' || to_char(to_timestamp($1::float8 + (n - $2) / 1000.0), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
         || '","kind":"command.submitted","actor":{"id":"${heavy}","name":"Person","kind":"person"}'
         || case when n % ${every} = 0 then ',"request":{"id":"new-' || n || '","address":"10.0.0.1","client":"bench","action":"command.submit","status":200}' else '' end
         || ',"data":{"line":"' || repeat('x', 300) || '"}}'
       from generate_series($2::bigint, $2::bigint + ${ENTRIES - 1}) n`,
      [lastDay / 1000, ROWS],
    )
    let found = 0
    const milliseconds = await timed(async () => {
      for (let more = true; more; ) {
        const followed = await followJournal(db, sentences({}))
        found += followed!.rows.length
        more = followed!.more
      }
    })
    rows.push({
      'a request in every': every,
      rows: found,
      'entries/s': Math.round((ENTRIES / milliseconds) * 1000),
      'requests/s': Math.round((found / milliseconds) * 1000),
    })
  }
  await forget()
  console.log('Following the journal:')
  console.table(rows)
}

/** Takes out what `following` put in; the log of a bench is no record. */
async function forget() {
  await pool.query(`begin; set local session_replication_role = replica;
    delete from journal where seq >= ${ROWS}; delete from activity where seq >= ${ROWS};
    update activity_mark set seq = ${ROWS}; commit`)
}

async function lists() {
  const parts = {
    db,
    sentencesOf: sentences({}),
    featureOf: () => 'x',
    actionsOf: () => ['command.submit', 'command.stop'],
    textIndex: new TextIndex(db),
  }
  const half = new Date(lastDay - (DAYS / 2) * 86_400_000)
  const asks: Record<string, object> = {
    none: {},
    person: { personId: personId(30) },
    action: { action: 'person.create' },
    feature: { feature: 'commands' },
    object: { object: 'token' },
    failed: { failedOnly: true },
    'failed of a person': { failedOnly: true, personId: personId(30) },
    'a day': { from: half.toISOString(), to: new Date(half.getTime() + 86_400_000).toISOString() },
    'deep cursor': { cursor: `${half.getTime()}.${Math.floor(ROWS / 2)}` },
    'common text': { text: texts.common },
    'seldom text': { text: texts.seldom },
    'no such text': { text: texts.none },
  }
  const rows = []
  for (const who of Object.keys(readers) as Reader[])
    for (const [filter, ask] of Object.entries(asks)) {
      const act = () => listActivity(parts, readerOf(who), { limit: 50, ...ask } as never, new Date())
      await timed(act)
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) times.push(await timed(act))
      rows.push({
        who,
        filter,
        rows: (await act()).items.length,
        p50: shown(at(times, 0.5)),
        p95: shown(at(times, 0.95)),
      })
    }
  console.log(`Activity log, ${ROWS} rows, ${ROUNDS} rounds; milliseconds:`)
  console.table(rows)
}

async function charts() {
  const ranges: Record<string, number> = {
    'an hour': 1 / 24,
    'a day': 1,
    'a month': 30.3,
    'a year': 365,
    'two years': DAYS,
  }
  const keys = {
    hour: `date_trunc('hour', at)`,
    action: 'action',
    person: 'actor_id',
    server: 'unnest(server_ids)',
    'sign-in': `date_trunc('hour', at)`,
  }
  const filters: Record<string, object> = {
    '': {},
    'of a person': { personId: heavy },
    'of an action': { action: 'command.submit' },
  }
  const rows = []
  for (const who of Object.keys(readers) as Reader[])
    for (const [range, days] of Object.entries(ranges))
      for (const by of Object.keys(keys) as (keyof typeof keys)[])
        for (const [filter, more] of Object.entries(who === 'admin' ? filters : { '': {} })) {
          if (filter !== '' && days < DAYS) continue
          // Not on the hour, as somebody who looks now asks.
          const to = lastDay - 1_234_567
          const [from, until] = [to - days * 86_400_000, to].map((moment) =>
            new Date(moment).toISOString(),
          ) as [string, string]
          const input = { by, from, to: until, timeZone: 'Europe/Berlin', ...more }
          const act = () => seriesOf({ input: input as never, actor: readers[who], read: readerOf(who) })
          const own = who === 'heavy member' || filter === 'of a person' ? `and actor_id = '${heavy}'` : ''
          const raw = `select ${keys[by]}, status >= 400, sum(times) from activity where at >= '${from}' and at < '${until}' ${own}
            ${filter === 'of an action' ? `and action = 'command.submit'` : ''} ${by === 'sign-in' ? `and action = 'auth.sign-in'` : ''} group by 1, 2`
          await timed(act)
          const times: number[] = []
          for (let round = 0; round < ROUNDS; round++) times.push(await timed(act))
          const bare = Math.min(await timed(() => pool.query(raw)), await timed(() => pool.query(raw)))
          const p50 = at(times, 0.5)
          rows.push({
            who,
            chart: `by ${by} ${filter}`.trim(),
            range,
            p50: shown(p50),
            p95: shown(at(times, 0.95)),
            'GROUP BY': shown(bare),
            ratio: Number((p50 / bare).toFixed(4)),
            met: p50 <= 20 || p50 <= bare / 50 ? 'yes' : 'NO',
          })
        }
  console.log('Charts, milliseconds:')
  console.table(rows)
}
