import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Transaction } from 'kysely'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint } from '../../common/journal/checkpoint.ts'
import { isConsistent, rootFromInclusion } from '../../common/journal/merkle.ts'
import type { Database } from '../database.ts'
import type { Entry } from './entry.ts'
import { subjectKeyOf } from './entry-body.ts'
import type { Journal } from './journal.ts'
import { addPartition } from './partitions.ts'
import { BATCH_ENTRIES, STAGES, type Stage } from './sealing.ts'
import { hashing } from './sha256.ts'
import { sampleEntry, seal, sealedUpTo, type TestJournal, testJournal } from './test-journal.ts'

const numberOf = (body: string) => (JSON.parse(body) as { data: { number: number } }).data.number

/** Numbers are dense, and every committed entry is there once and no other. */
async function expectExactly(world: TestJournal, committed: readonly number[]): Promise<void> {
  const { rows } = await world.database.pool.query<{ seq: number; body: string }>(
    'select seq, body from journal order by seq',
  )
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, place) => place))
  const told = rows.slice(1).map(({ body }) => numberOf(body))
  expect(told.toSorted((one, other) => one - other)).toEqual(committed.toSorted((one, other) => one - other))
  const { rows: left } = await world.database.pool.query('select from journal_pending')
  expect(left).toHaveLength(0)
  const counts = await world.database.pool.query('select sum(n)::int8 as n from journal_hour_kind')
  expect(counts.rows[0].n).toBe(rows.length)
}

async function write(
  world: TestJournal,
  journal: Journal,
  number: number,
  how: 'commit' | 'rollback',
  /** What happens between the entry and the commit. */
  hold?: (tx: Transaction<Database>) => Promise<unknown>,
) {
  const rolledBack = new Error('rolled back')
  await world.database.db
    .transaction()
    .execute(async (tx) => {
      await journal.record(tx, sampleEntry(number))
      await hold?.(tx)
      if (how === 'rollback') throw rolledBack
    })
    .catch((error: unknown) => {
      if (error !== rolledBack) throw error
    })
  journal.poke()
}

const asleep = (milliseconds: number) => (tx: Transaction<Database>) =>
  sql`select pg_sleep(${milliseconds / 1000})`.execute(tx)

describe('recording', () => {
  test('an entry goes with its row: a rollback takes both', async () => {
    await using world = await testJournal()
    const journal = await world.open()
    const { db } = world.database
    await sql`create table thing (id int primary key)`.execute(db)
    const insert = async (id: number) => {
      await db.transaction().execute(async (tx) => {
        await journal.record(tx, sampleEntry(id))
        await sql`insert into thing values (${id})`.execute(tx)
      })
      journal.poke()
    }
    await insert(1)
    await expect(insert(1)).rejects.toThrow(/duplicate/)
    await insert(2)
    await journal.close()
    await expectExactly(world, [1, 2])
  })

  test('what cannot be sealed as it is, is refused with the reason', async () => {
    await using world = await testJournal()
    await using journal = await world.open()
    const entry = sampleEntry(1)
    const refusal = (change: Partial<Entry>) => expect(journal.pendingRow({ ...entry, ...change })).rejects
    await refusal({ data: 'x'.repeat(65_536) }).toThrow(/more than the 65535 allowed/)
    await refusal({ data: '\u{1f600}'.repeat(16_384) }).toThrow(/65535/)
    await refusal({ actor: { ...entry.actor, id: 'ada' } }).toThrow(/actor must be a uuid/)
    await refusal({ at: new Date(Number.NaN) }).toThrow()
    await refusal({ at: new Date(8.64e15) }).toThrow(/years/)
    const odd = await journal.pendingRow({ ...entry, data: 'lone \ud800 and \u0000' })
    expect(odd.body.isWellFormed()).toBe(true)
    expect(odd.body).not.toContain('\u0000')
  })

  test('pages of the numbers are filled, in partitions there were and in those to come', async () => {
    await using world = await testJournal()
    for (const statement of addPartition(1)) await world.database.pool.query(statement)
    const { rows } = await world.database.pool.query(
      `select relname as name, reloptions as options from pg_class where relname ~ '^journal_p[0-9]+_pkey$' order by 1`,
    )
    expect(rows).toEqual([
      { name: 'journal_p00000_pkey', options: ['fillfactor=100'] },
      { name: 'journal_p00001_pkey', options: ['fillfactor=100'] },
    ])
  })

  test('nobody edits, deletes or truncates what is sealed, in the table or in its partition', async () => {
    await using world = await testJournal()
    await using journal = await world.open()
    await seal(journal, world.database, 0, 3)
    for (const statement of [
      'delete from journal',
      `update journal set body = ''`,
      'truncate journal',
      'delete from journal_p00000',
      'truncate journal_p00000',
      'truncate journal_tile',
      'delete from journal_checkpoint',
      'update journal_identity set id = gen_random_uuid()',
    ]) {
      await expect(world.database.pool.query(statement), statement).rejects.toThrow(/append-only/)
    }
  })
})

describe('sealing', () => {
  test('concurrent writers, rollbacks and slow commits: each committed entry once, densely numbered', async () => {
    await using world = await testJournal()
    const journal = await world.open()
    const committed: number[] = []
    const writer = async (first: number) => {
      for (let number = first; number < first + 60; number++) {
        const how = number % 7 === 0 ? 'rollback' : 'commit'
        await write(world, journal, number, how, number % 20 === 3 ? asleep(60) : undefined)
        if (how === 'commit') committed.push(number)
      }
    }
    await Promise.all([0, 100, 200, 300].map(writer))
    await sealedUpTo(journal, committed.length + 1)
    await journal.close()
    await expectExactly(world, committed)
  })

  test('a transaction open longer than everything around it is sealed when it commits', async () => {
    await using world = await testJournal()
    await using journal = await world.open()
    const [recorded, around] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = write(world, journal, 1, 'commit', async () => {
      recorded.resolve()
      await around.promise
    })
    await recorded.promise
    for (let number = 2; number < 40; number++) await write(world, journal, number, 'commit')
    await sealedUpTo(journal, 39)
    around.resolve()
    await slow
    await sealedUpTo(journal, 40)
    const { items } = await journal.read.entries({ limit: 100 })
    expect(numberOf(items.at(-1)!.body)).toBe(1)
  })

  test('a queue that is truncated again and again under writers loses nothing', async () => {
    await using world = await testJournal()
    const journal = await world.open({ sweepMilliseconds: 20, queueLimitBytes: 0 })
    const truncated = () =>
      world.database.pool.query<{ file: string }>(`select pg_relation_filepath('journal_pending') as file`)
    const before = (await truncated()).rows[0]!.file
    const writer = async (first: number) => {
      for (let number = first; number < first + 80; number++) {
        await write(world, journal, number, 'commit', number % 20 === 3 ? asleep(20) : undefined)
      }
    }
    await Promise.all([0, 100, 200, 300].map(writer))
    // Where each of them held the table for longer than its lock is waited for, it is truncated now.
    while ((await truncated()).rows[0]!.file === before) {}
    await journal.close()
    await expectExactly(
      world,
      [0, 100, 200, 300].flatMap((first) => Array.from({ length: 80 }, (_, at) => first + at)),
    )
  })

  test('two journals: one seals, the other tells the same and takes over', async () => {
    await using world = await testJournal()
    const one = await world.open()
    const other = await world.open()
    expect((await one.health()).state).toBe('sealing')
    expect((await other.health()).state).toBe('standby')
    const told: number[] = []
    other.onSealed((head) => told.push(...head.entries().map(({ sequence }) => sequence)))
    await seal(one, world.database, 0, 300)
    await sealedUpTo(other, 301)
    expect(other.head().note).toBe(one.head().note)
    await one.close()
    await seal(other, world.database, 300, 400)
    expect(told).toEqual(Array.from({ length: 400 }, (_, place) => place + 1))
    expect((await other.health()).state).toBe('sealing')
    await other.close()
    await expectExactly(
      world,
      Array.from({ length: 400 }, (_, place) => place),
    )
  })

  test.each(STAGES)(
    'a sealer that dies when it has %s loses nothing, doubles nothing and tells everything',
    async (stage: Stage) => {
      await using world = await testJournal()
      let deaths = 0
      const journal = await world.open({
        atStage: (reached) => {
          if (reached === stage && deaths < 3) {
            deaths++
            throw new Error(`died when it had ${stage}`)
          }
        },
      })
      const told: number[] = []
      journal.onSealed((head) => told.push(...head.entries().map(({ sequence }) => sequence)))
      const notes: string[] = []
      journal.onSealed((head) => notes.push(head.note))
      for (let at = 0; at < 900; at += 300) await seal(journal, world.database, at, at + 300)
      await journal.close()
      expect(deaths).toBe(3)
      await expectExactly(
        world,
        Array.from({ length: 900 }, (_, place) => place),
      )
      expect(told.filter((sequence) => sequence > 0)).toEqual(
        Array.from({ length: 900 }, (_, place) => place + 1),
      )
      const last = parseCheckpoint(notes.at(-1)!)
      await using again = await world.open()
      for (const note of notes) {
        const { size, root } = parseCheckpoint(note)
        const { path } = await again.read.consistency(size, last.size)
        expect(
          isConsistent(hashing, { from: size, to: last.size, fromRoot: root, toRoot: last.root, path }),
        ).toBe(true)
      }
    },
  )

  test('a flood is sealed several batches under one checkpoint, and a death between them loses nothing', async () => {
    await using world = await testJournal()
    const count = 4 * BATCH_ENTRIES + 700
    let moved = 0
    const journal = await world.open({
      atStage: (reached) => {
        if (reached === 'moved' && ++moved === 4) throw new Error('died when the second batch had moved')
      },
    })
    // The first statement moved the opening entry, the second these.
    await seal(journal, world.database, 0, 10)
    const heads: number[] = []
    const told: number[] = []
    journal.onSealed((head) => {
      heads.push(head.size)
      told.push(...head.entries().map(({ sequence }) => sequence))
    })
    await seal(journal, world.database, 10, 10 + count)
    await journal.close()
    expect(moved).toBeGreaterThan(4)
    expect(heads).toEqual([11 + 4 * BATCH_ENTRIES, 11 + count])
    expect(told).toEqual(Array.from({ length: count }, (_, place) => 11 + place))
    await expectExactly(
      world,
      Array.from({ length: 10 + count }, (_, place) => place),
    )
    await using again = await world.open()
    const { root, size } = again.head()
    const proof = (await again.read.proof(7000))!
    expect(Buffer.from(rootFromInclusion(hashing, { ...proof, index: 7000, size })).equals(root)).toBe(true)
  })

  test.each(['annals sealer', 'annals counts'])(
    'a sealer whose connection is cut (%s) is replaced by another',
    async (name) => {
      await using world = await testJournal()
      const journal = await world.open()
      await seal(journal, world.database, 0, 20)
      // Waits until it is gone: one that ends later would take the last counts along.
      await world.database.pool.query(
        'select pg_terminate_backend(pid, 120000) from pg_stat_activity where application_name = $1 and datname = current_database()',
        [name],
      )
      await seal(journal, world.database, 20, 40)
      await journal.close()
      await expectExactly(
        world,
        Array.from({ length: 40 }, (_, place) => place),
      )
    },
  )

  test('a journal altered while it was down is not sealed on', async () => {
    await using world = await testJournal()
    const journal = await world.open()
    await seal(journal, world.database, 0, 20)
    await journal.close()
    const alter = (statement: string) =>
      world.database.pool.query(`begin; set local session_replication_role = replica; ${statement}; commit`)
    await alter(`update journal set body = replace(body, 'Ada', 'Eve') where seq = 7`)
    const damaged = await world.open()
    expect(await damaged.health()).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('root'),
    })
    expect(() => damaged.head()).toThrow(/no head/)
    await alter(`update journal set body = replace(body, 'Eve', 'Ada') where seq = 7`)
    await seal(damaged, world.database, 20, 30)
    await sealedUpTo(damaged, 31)
    expect((await damaged.health()).state).toBe('sealing')
    await damaged.close()
    await alter('delete from journal where seq = 30')
    await using cut = await world.open()
    expect(await cut.health()).toMatchObject({ state: 'refused' })
  })
})

describe('reading', () => {
  test('each entry is proved against the head, and each head extends those before', async () => {
    await using world = await testJournal()
    await using journal = await world.open()
    const heads = [journal.head()]
    for (const to of [40, 256, 300, 700]) {
      await seal(journal, world.database, journal.head().size - 1, to)
      heads.push(journal.head())
    }
    for (const sequence of [0, 1, 255, 256, 511, 512, 700]) {
      const proof = await journal.read.proof(sequence)
      const { size, root } = proof!.head
      expect(rootFromInclusion(hashing, { ...proof!, index: sequence, size })).toEqual(root)
    }
    expect(await journal.read.proof(701)).toBeUndefined()
    for (const [place, from] of heads.entries()) {
      for (const to of heads.slice(place)) {
        const { path } = await journal.read.consistency(from.size, to.size)
        const proof = { from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, path }
        expect(isConsistent(hashing, proof)).toBe(true)
      }
    }
  })

  test('entries come in order, by actor and by subject, and pages join without a gap', async () => {
    await using world = await testJournal()
    await using journal = await world.open()
    await seal(journal, world.database, 0, 50)
    const numbers: number[] = []
    let after: number | undefined
    do {
      const page = await journal.read.entries({ after, limit: 7 })
      numbers.push(...page.items.map(({ sequence }) => sequence))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(numbers).toEqual(Array.from({ length: 51 }, (_, place) => place))
    const actorId = sampleEntry(3).actor.id
    const own = await journal.read.entries({ limit: 100, actorId })
    expect(own.items.map(({ body }) => numberOf(body))).toEqual([3, 10, 17, 24, 31, 38, 45])
    const subject = sampleEntry(8).subject!.id
    expect((await journal.read.entriesOf(subject)).map(({ body }) => numberOf(body))).toEqual([8])
    expect(await journal.read.newestOf([subject, sampleEntry(0).actor.id])).toEqual(new Map([[subject, 9]]))
    expect(subjectKeyOf(subject)).toMatch(/^-?\d+$/)
    expect((await journal.read.entries({ limit: 5, actorId: subject })).items).toEqual([])
  })

  test('the signing key is outside the database, nobody else can read it, and a lost one is named', async () => {
    await using world = await testJournal()
    const journal = await world.open()
    const names = await readdir(join(world.directory, 'keys'))
    expect(names.map((name) => name.replace(/[0-9a-f]{8}/, 'x')).toSorted()).toEqual([
      'journal-x.key',
      'journal-x.pub',
    ])
    const { mode } = await stat(join(world.directory, 'keys', names.find((name) => name.endsWith('.key'))!))
    expect(mode & 0o777).toBe(0o600)
    await journal.close()
    await using lost = await world.open({ keysDirectory: join(world.directory, 'elsewhere') })
    expect(await lost.health()).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('cannot be read'),
    })
  })
})
