import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../base/server/actor.ts'
import { migrate } from '../../../base/server/migrate.ts'
import { readAs, type Scopes } from '../../../base/server/scope.ts'
import { freshDatabase } from '../../../test/postgres.ts'
import { activityMigrations } from './migrations.ts'
import { activityScopes } from './scope.ts'
import { sliceOf, sliceWidths, TextIndex } from './text-index.ts'
import { type Place, pageContaining, type Rows } from './text-page.ts'

/** More than the walk looks into, and enough that the index of substrings is asked for the rare parts only. */
const ROWS = 21_000
const DAYS = 500
const DAY = 86_400_000
const now = new Date('2026-08-03T09:00:00Z')
const mina = '01900002-0000-7000-8000-000000000001'
const theo = '01900002-0000-7000-8000-000000000002'
const actorOf = (role: 'auditor' | 'member', id: string): Actor => ({
  ...{ id, name: role, kind: 'person', role, groupIds: [], serverIds: [], personIds: [] },
})
const olga = actorOf('auditor', '01900002-0000-7000-8000-000000000003')

interface Row {
  readonly seq: number
  readonly at: Date
  readonly actor: string
  readonly status: number
  readonly words: string
}

/** A year and a half: texts that every thirtieth, every thousandth and a handful of rows have, some of them at one moment. */
const rows: readonly Row[] = Array.from({ length: ROWS }, (_, seq) => ({
  seq,
  at: new Date(now.getTime() - Math.floor(((ROWS - (seq - (seq % 3))) * DAYS * DAY) / ROWS)),
  actor: seq % 7 === 0 ? mina : theo,
  status: seq % 10 === 7 ? 404 : 200,
  words: `Person ${seq % 64} ${
    seq % 1009 === 5
      ? 'changed Release 4711'
      : seq % 30 === 1
        ? 'signed in'
        : seq % 7001 === 11
          ? '100% quasar_reactor'
          : `did command.submit to ${(seq * 7919) % 100_003}`
  } from 10.0.${seq % 200}.1`,
}))

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
  await migrate(database.db, activityMigrations)
  const column = <K extends keyof Row>(name: K) => rows.map((row) => row[name])
  await sql`
    insert into activity (seq, last_seq, at, actor_id, request_id, status, entries, times, new_address, signed_in, actor_kind, action, words)
    select seq, seq, at, actor, 'request-' || seq, status, 1, 1, false, false, 'person', 'command.submit', words
    from unnest(${column('seq')}::bigint[], ${column('at').map((at) => at.toISOString())}::timestamptz[], ${column('actor')}::uuid[],
      ${column('status')}::smallint[], ${column('words')}::text[]) as r (seq, at, actor, status, words)`.execute(
    database.db,
  )
  await sql`analyze activity`.execute(database.db)
})
afterAll(() => database[Symbol.asyncDispose]())

interface Ask {
  readonly text: string
  readonly actor?: Actor
  readonly failedOnly?: boolean
  readonly daysBack?: number
}

/** Every page, one after another. */
async function everything({ text, actor = olga, failedOnly, daysBack }: Ask): Promise<number[]> {
  const { db } = database
  const read = readAs(db, activityScopes as unknown as Scopes, actor)
  const plan = await new TextIndex(db).planFor(text, now)
  expect(plan.isSliced).toBe(true)
  const notBefore = daysBack === undefined ? 0 : now.getTime() - daysBack * DAY
  const seqs: number[] = []
  for (let before: Place | undefined; ; ) {
    const page = await pageContaining(read, {
      ...{ text, plan, wanted: 40, before, notBefore, isIndexed: !failedOnly },
      rows: () => {
        const all = read.selectFrom('activity') as unknown as Rows
        return failedOnly ? all.where('status', '>=', 400) : all
      },
    })
    seqs.push(...page.map(({ seq }) => seq))
    if (page.length < 40) return seqs
    before = page.at(-1)!
  }
}

test('page after page shows exactly the rows that contain the text, newest first, whatever it is asked with', async () => {
  const asks: Ask[] = [
    { text: 'release 4711' },
    { text: 'RELEASE 4711', actor: actorOf('member', mina) },
    { text: 'release 4711', failedOnly: true },
    { text: 'signed in', daysBack: 40 },
    { text: 'signed in', actor: actorOf('member', mina) },
    { text: 'quasar_reactor' },
    { text: '0% q' },
    { text: '%' },
    { text: 'no such words' },
    { text: '4711', daysBack: 200 },
  ]
  for (const ask of asks) {
    const { text, actor, failedOnly, daysBack } = ask
    const expected = rows.filter(
      (row) =>
        row.words.toLowerCase().includes(text.toLowerCase()) &&
        (actor === undefined || row.actor === actor.id) &&
        (!failedOnly || row.status >= 400) &&
        (daysBack === undefined || row.at.getTime() >= now.getTime() - daysBack * DAY),
    )
    expect(await everything(ask), JSON.stringify(ask)).toEqual(expected.map(({ seq }) => seq).reverse())
  }
})

test('seldom text is asked of the index of substrings by stretches of time', async () => {
  const { db } = database
  const plan = await new TextIndex(db).planFor('release 4711', now)
  expect(plan.rare.length).toBe(2)
  const { rows: explained } = await sql<{ 'QUERY PLAN': string }>`
    explain select seq from activity where ${sql.raw(`${sliceOf(sliceWidths[0])} = 108934`)}
      and words ilike ${`%${plan.rare[0]}%`}`.execute(db)
  const said = explained.map((row) => row['QUERY PLAN']).join('\n')
  expect(said).toMatch(/Index Cond: .*floor/)
})
