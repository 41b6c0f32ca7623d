import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { openDatabase } from './database.ts'
import { entryStatement } from './journal/entry-statement.ts'
import { sampleEntry, testJournal } from './journal/test-journal.ts'
import { queryTogether } from './together.ts'

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
    pool: database.pool,
    /** How often something is sent to the database from now on. */
    sends: async () => {
      const client = await database.pool.connect()
      client.release()
      return vi.spyOn(client, 'query')
    },
    things: async () =>
      (await sql<{ id: number }>`select id from thing order by id`.execute(database.db)).rows.map(
        ({ id }) => id,
      ),
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

test('a row and its entry are committed in two messages to the database', async () => {
  await using one = await oneConnection()
  const before = await one.told()
  await one.db.transaction().execute(async (tx) => {
    await sql`insert into thing values (${1})`.execute(tx)
  })
  const sent = await one.sends()
  await one.db.transaction().execute(async (tx) => {
    await sql`insert into thing values (${2})`.execute(tx)
    await one.journal.record(tx, sampleEntry(1))
  })
  expect(sent).toHaveBeenCalledTimes(2)
  expect(await one.things()).toEqual([1, 2])
  expect(await one.told()).toBe(before + 1)
})

test('what is recorded is sent as a prepared statement, in the order of the act, and kept with its row', async () => {
  await using one = await oneConnection()
  const before = await one.told()
  await one.db.transaction().execute(async (tx) => {
    await one.journal.record(tx, sampleEntry(1))
    await sql`insert into thing values (1)`.execute(tx)
    await one.journal.recordAll(tx, [sampleEntry(2), sampleEntry(3)])
    const { rows } = await sql`select name from pg_prepared_statements order by name`.execute(tx)
    expect(rows).toEqual([{ name: 'journal_entries' }, { name: 'journal_entry' }])
  })
  expect(await one.things()).toEqual([1])
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
  // Whether the entry was parsed before it was refused is not known: it is parsed again.
  for (const id of [3, 4])
    await one.db.transaction().execute(async (tx) => {
      await sql`insert into thing values (${id})`.execute(tx)
      await one.journal.record(tx, sampleEntry(id))
    })
  expect(await one.things()).toEqual([3, 4])
  expect(await one.told()).toBe(before + 2)
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

test('a first statement that fails leaves a transaction to be given up, and nothing of it', async () => {
  await using one = await oneConnection()
  await sql`insert into thing values (1)`.execute(one.db)
  const write = one.db.transaction().execute(async (tx) => {
    await expect(sql`insert into thing values (${1})`.execute(tx)).rejects.toThrow(/duplicate key/)
    await sql`insert into thing values (${2})`.execute(tx)
  })
  await expect(write).rejects.toThrow(/current transaction is aborted/)
  await sql`insert into thing values (3)`.execute(one.db)
  expect(await one.things()).toEqual([1, 3])
})

test('nothing is carried out behind a BEGIN that failed', async () => {
  await using one = await oneConnection()
  const client = await one.pool.connect()
  const refused = queryTogether(client, [{ text: 'begin isolation level whatever' }], {
    text: 'insert into thing values ($1)',
    values: [1],
  })
  await expect(refused).rejects.toThrow(/whatever/)
  client.release()
  expect(await one.things()).toEqual([])
})

test('a transaction in which nothing was asked is not begun', async () => {
  await using one = await oneConnection()
  const sent = await one.sends()
  await one.db.transaction().execute(async () => 'nothing')
  await expect(
    one.db.transaction().execute(async () => {
      throw new Error('given up')
    }),
  ).rejects.toThrow('given up')
  expect(sent).not.toHaveBeenCalled()
})

test('isolation, several statements in one text, and rows of the first statement are as without it', async () => {
  await using one = await oneConnection()
  const level = await one.db
    .transaction()
    .setIsolationLevel('serializable')
    .execute(async (tx) => {
      const { rows } = await sql<{ level: string }>`
        select current_setting('transaction_isolation') as level from generate_series(1, ${2}::int)`.execute(
        tx,
      )
      return rows
    })
  expect(level).toEqual([{ level: 'serializable' }, { level: 'serializable' }])
  const write = one.db.transaction().execute(async (tx) => {
    await sql.raw('insert into thing values (1); insert into thing values (2)').execute(tx)
    expect((await sql`select id from thing`.execute(tx)).rows).toHaveLength(2)
    throw new Error('given up')
  })
  await expect(write).rejects.toThrow('given up')
  expect(await one.things()).toEqual([])
})

test('an error leads to who asked', async () => {
  await using one = await oneConnection()
  const writeTwice = () =>
    one.db.transaction().execute(async function writesTwice(tx) {
      await sql`insert into nowhere values (${1})`.execute(tx)
    })
  const error = await writeTwice().catch((thrown: Error) => thrown)
  expect((error as Error).stack).toContain('writesTwice')
})
