import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { entryStatement } from './journal/entry-statement.ts'
import { sampleEntry, testJournal } from './journal/test-journal.ts'

/** One connection, so that what one transaction leaves on it is what the next one finds. */
async function oneConnection() {
  await using opening = new AsyncDisposableStack()
  const world = opening.use(await testJournal())
  const journal = opening.use(await world.open())
  const database = opening.use(openDatabase({ url: world.database.url, poolSize: 1 }))
  await sql`create table thing (id int primary key)`.execute(database.db)
  const opened = opening.move()
  return {
    journal,
    db: database.db,
    things: async () =>
      (await sql<{ id: number }>`select id from thing order by id`.execute(database.db)).rows,
    told: async () => {
      const { rows } = await sql<{ n: number }>`
        select (select count(*) from journal_pending) + (select count(*) from journal) as n`.execute(
        database.db,
      )
      return rows[0]!.n
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

/** One that the journal would not build: the database refuses it. */
const tooLarge = { body: 'x'.repeat(70_000) }

test('what is recorded is sent as a prepared statement that nobody waits for, and kept with its row', async () => {
  await using one = await oneConnection()
  const before = await one.told()
  await one.db.transaction().execute(async (tx) => {
    await one.journal.record(tx, sampleEntry(1))
    await sql`insert into thing values (1)`.execute(tx)
    await one.journal.recordAll(tx, [sampleEntry(2), sampleEntry(3)])
    const { rows } = await sql`select name from pg_prepared_statements order by name`.execute(tx)
    expect(rows).toEqual([{ name: 'journal_entries' }, { name: 'journal_entry' }])
  })
  expect(await one.things()).toEqual([{ id: 1 }])
  expect(await one.told()).toBe(before + 3)
})

test.each([
  ['at the commit', 0],
  ['at the statement after it', 1],
])('a refused entry takes its transaction with it, found %s', async (_, statements) => {
  await using one = await oneConnection()
  const before = await one.told()
  const row = await one.journal.pendingRow(sampleEntry(1))
  const write = one.db.transaction().execute(async (tx) => {
    await sql`insert into thing values (1)`.execute(tx)
    await tx.executeQuery(entryStatement([{ ...row, ...tooLarge }]))
    for (let at = 0; at < statements; at++) await sql`insert into thing values (2)`.execute(tx)
  })
  await expect(write).rejects.toThrow(/check constraint/)
  expect(await one.things()).toEqual([])
  await one.db.transaction().execute(async (tx) => {
    await sql`insert into thing values (3)`.execute(tx)
    await one.journal.record(tx, sampleEntry(3))
  })
  expect(await one.things()).toEqual([{ id: 3 }])
  expect(await one.told()).toBe(before + 1)
})

test('a transaction given up leaves neither its entry nor its refusal behind', async () => {
  await using one = await oneConnection()
  const before = await one.told()
  for (const change of [{}, tooLarge]) {
    const row = await one.journal.pendingRow(sampleEntry(1))
    const write = one.db.transaction().execute(async (tx) => {
      await tx.executeQuery(entryStatement([{ ...row, ...change }]))
      throw new Error('given up')
    })
    await expect(write).rejects.toThrow('given up')
  }
  expect(await one.told()).toBe(before)
})

test('outside a transaction an entry is waited for', async () => {
  await using one = await oneConnection()
  const row = await one.journal.pendingRow(sampleEntry(1))
  const write = one.db.executeQuery(entryStatement([{ ...row, ...tooLarge }]))
  await expect(write).rejects.toThrow(/check constraint/)
})
