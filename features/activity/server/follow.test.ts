import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { contracts } from '../../../apps/server/contract.ts'
import { newId } from '../../../base/common/id.ts'
import type { Entry } from '../../../base/server/journal/entry.ts'
import { Breaker } from '../../../seed/breaker.ts'
import { world } from '../../../seed/world.ts'
import { EVERYBODY } from './counts.ts'
import { sentences } from './entry-text.ts'
import { followJournal } from './follow.ts'
import { packed } from './pack-counts.ts'

type World = Awaited<ReturnType<typeof world>>
const sentencesOf = sentences(Object.assign({}, ...contracts.map(({ events }) => events)))
const tables = ['activity', 'activity_mark', 'activity_count', 'activity_name', 'activity_address'] as const

const snapshot = async (w: World) => {
  const texts: Record<string, string[]> = {}
  for (const table of tables) {
    const { rows } = await sql<{
      text: string
    }>`select t::text as text from ${sql.table(table)} t order by 1`.execute(w.db)
    texts[table] = rows.map(({ text }) => text)
  }
  return texts
}
const forget = async (w: World) => {
  for (const table of tables)
    if (table !== 'activity_mark') await sql`delete from ${sql.table(table)}`.execute(w.db)
  await w.db.updateTable('activity_mark').set({ seq: 0, at: null }).execute()
}
const follow = async (w: World, limits?: { look: number; take: number }) => {
  while ((await followJournal(w.db, sentencesOf, limits))?.more) {}
}

const uuid = (group: number, n: number) => `0190000${group}-0000-7000-8000-${String(n).padStart(12, '0')}`
const step = fc.record({
  request: fc.integer({ min: 0, max: 12 }),
  actor: fc.integer({ min: 0, max: 3 }),
  address: fc.constantFrom('10.0.0.1', '10.0.0.2', '::1', ''),
  server: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  status: fc.constantFrom(200, 200, 404, 500),
  hour: fc.integer({ min: 0, max: 900 }),
  kind: fc.constantFrom('command.submitted', 'auth.signed-in', 'request.failed', 'page.denied', 'gone.away'),
  times: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined }),
  hasRequest: fc.boolean(),
  word: fc.string({ unit: 'binary', maxLength: 700 }),
})

/** Every request is one person's, and asks one thing; when its entries come, and what they say, is left to chance. */
function entriesOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  ids: string[],
): Entry[] {
  const first = new Map<number, (typeof steps)[number]>()
  let begun = new Set<number>()
  return steps.map((given) => {
    if (!first.has(given.request)) first.set(given.request, given)
    const { actor, address, hour } = first.get(given.request)!
    const isSecondBegin = given.kind === 'auth.signed-in' && begun.has(given.request)
    if (given.kind === 'auth.signed-in') begun = begun.add(given.request)
    return {
      kind: isSecondBegin ? 'command.submitted' : given.kind,
      at: new Date(Date.UTC(2026, 0) + hour * 3_600_000),
      actor: { id: uuid(1, actor), name: `Person ${actor} ${given.word.slice(0, 5)}`, kind: 'person' },
      ...(given.server !== undefined && {
        server: { id: uuid(2, given.server), name: `server ${given.server}` },
      }),
      ...(given.hasRequest && {
        request: {
          id: ids[given.request]!,
          address,
          client: 'test',
          action: given.request % 3 === 0 ? 'auth.sign-in' : 'command.submit',
          status: given.status,
        },
      }),
      data: { words: given.word, ...(given.times !== undefined && { times: given.times }) },
    }
  })
}

test('made anew from the first entry, in batches of any size, the log is what it was', async () => {
  await using w = await world()
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, look, take) => {
        const ids = Array.from({ length: 13 }, () => newId())
        await w.db.transaction().execute((tx) => w.journal.recordAll(tx, entriesOf(steps, ids)))
        await w.recorded()
        await follow(w, { look, take })
        const grown = await snapshot(w)
        await forget(w)
        await follow(w)
        expect(await snapshot(w)).toEqual(grown)
      },
    ),
    { numRuns: 25, endOnFailure: true },
  )
  // And the counts are what counting the rows gives.
  const { rows } = await sql<{ counted: number; owned: number; summed: number; days: number }>`
    select (select sum(one)::bigint from activity_count, unnest(n) one
             where dimension = 'total' and span = 0 and owner_id = ${EVERYBODY}) as counted,
           (select sum(one)::bigint from activity_count, unnest(n) one
             where dimension = 'action' and span = 2 and owner_id = ${EVERYBODY}) as days,
           (select sum(one)::bigint from activity_count, unnest(n) one
             where dimension = 'action' and span = 1 and owner_id <> ${EVERYBODY}) as owned,
           (select sum(times) from activity) as summed`.execute(w.db)
  expect(rows[0]!.summed).toBeGreaterThan(0)
  expect(new Set(Object.values(rows[0]!)).size).toBe(1)
})

test('counts that were kept one by one are packed into what following the journal gives', async () => {
  await using w = await world()
  const steps = fc.sample(step, { numRuns: 60, seed: 4712 })
  const ids = Array.from({ length: 13 }, () => newId())
  await w.db.transaction().execute((tx) => w.journal.recordAll(tx, entriesOf(steps, ids)))
  await w.recorded()
  await follow(w)
  const followed = await snapshot(w)
  await sql`
    create table single_count as
    select owner_id, action, dimension, span, key, failed, one as n,
      at + (place - 1) * (array['1 hour', '1 day', '1 month'])[span + 1]::interval as at
      from activity_count, unnest(n) with ordinality as counts (one, place) where one > 0`.execute(w.db)
  await sql`delete from activity_count`.execute(w.db)
  for (const span of [0, 1, 2] as const) await sql.raw(packed('single_count', span)).execute(w.db)
  expect(followed['activity_count']!.length).toBeGreaterThan(100)
  expect(await snapshot(w)).toEqual(followed)
})

test('wherever the database fails, nothing is counted twice and nothing is lost', async () => {
  const breaker = new Breaker()
  await using w = await world()
  const broken = breaker.over(w.pool)
  const ids = Array.from({ length: 13 }, () => newId())
  const steps = fc.sample(step, { numRuns: 30, seed: 4711 })
  await w.db.transaction().execute((tx) => w.journal.recordAll(tx, entriesOf(steps, ids)))
  await w.recorded()
  await follow(w)
  const whole = await snapshot(w)
  await forget(w)
  const empty = await snapshot(w)
  let statement = 0
  for (let failed = true; failed; ) {
    breaker.breakAt(++statement)
    failed = await followJournal(broken, sentencesOf).then(
      () => false,
      () => true,
    )
    breaker.mend()
    if (failed) expect(await snapshot(w), `after statement ${statement}`).toEqual(empty)
  }
  expect(statement).toBeGreaterThan(6)
  expect(await snapshot(w)).toEqual(whole)
})

test('two that follow at once do the work once', async () => {
  await using w = await world()
  for (let n = 0; n < 5; n++) await w.as('ada').tell('group.create', { name: `Group ${n}` })
  await w.recorded()
  const followed = await Promise.all([followJournal(w.db, sentencesOf), followJournal(w.db, sentencesOf)])
  const rows = followed.flatMap((each) => each?.rows ?? [])
  expect(rows).toHaveLength(5)
  expect(new Set(rows).size).toBe(5)
})
