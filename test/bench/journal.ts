import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CompiledQuery } from 'kysely'
import { newId } from '../../base/common/id.ts'
import { type OpenDatabase, openDatabase } from '../../base/server/database.ts'
import { startPostgres } from '../../base/server/embedded-postgres/start-postgres.ts'
import type { Entry } from '../../base/server/journal/entry.ts'
import { type Journal, openJournal } from '../../base/server/journal/journal.ts'
import { journalMigrations } from '../../base/server/journal/migrations.ts'
import type { PendingRow } from '../../base/server/journal/tables.ts'
import { migrate } from '../../base/server/migrate.ts'

/**
 * The journal's price and speed, docs/performance.md (b): what an entry costs a writer, as a ratio against the same
 * transaction without one, interleaved in the same run; what the sealer and the verifier manage. Takes under two minutes.
 */
const ROUNDS = 5
const ROUND_MILLISECONDS = 600
const FILL_ENTRIES = 600_000
/** The text that reference/kernel.md measured with; what is beyond it is only more text. */
const BODY_BYTES = 321
const COLUMNS = 'at, kind_no, actor_no, server_no, work_no, subject_key, body'
const ROW = 'insert into bench_row (id, server_id, person_id, line, at) values ($1, $2, $3, $4, $5)'

const pick = <T>(all: readonly T[]): T => all[Math.floor(all.length * Math.random() ** 2)]!
const named = (count: number, name: string) =>
  Array.from({ length: count }, (_, at) => ({ id: newId(), name: `${name}-${at}` }))
const people = named(200, 'person')
const servers = named(500, 'server')
const works = named(2000, 'work')
const kinds = Array.from({ length: 24 }, (_, at) => `command.kind-${at}`)

/** A power law of actors, servers and kinds; 30 % without a work session. */
function anyEntry(): Entry & { readonly id: string } {
  const id = newId()
  return {
    id,
    kind: pick(kinds),
    at: new Date(),
    actor: { ...pick(people), kind: 'person' },
    server: pick(servers),
    ...(Math.random() < 0.7 && { workSession: pick(works) }),
    subject: { kind: 'command', id },
    data: '',
  }
}

const valuesOf = ({ at, kind_no, actor_no, server_no, work_no, subject_key, body }: PendingRow) =>
  [at, kind_no, actor_no, server_no, work_no, subject_key, body] as const

/** Transactions a second of so many writers that each do one after another. */
async function rate(writers: number, act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  const end = began + ROUND_MILLISECONDS
  let done = 0
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (performance.now() < end) {
        await act()
        done++
      }
    }),
  )
  return done / ((performance.now() - began) / 1000)
}

interface WriterRow {
  readonly writers: number
  readonly sealer: string
  readonly without: number
  readonly with: number
  readonly ratio: number
}

/**
 * The product's own transaction, one row and COMMIT, without and with an entry, in turns: Kysely on the product's pool. The
 * entry costs its building, too.
 */
async function measureWriters(url: string, journal: Journal, sealer: string): Promise<WriterRow[]> {
  const table: WriterRow[] = []
  for (const writers of [1, 4, 16]) {
    await using database = openDatabase({ url, poolSize: writers })
    const write = (isRecorded: boolean) => {
      const entry = anyEntry()
      const row = [entry.id, entry.server!.id, entry.actor.id, 'systemctl restart nginx', entry.at]
      return database.db.transaction().execute(async (tx) => {
        await tx.executeQuery(CompiledQuery.raw(ROW, row))
        if (isRecorded) await journal.record(tx, entry)
      })
    }
    const without: number[] = []
    const withEntry: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const rates = [
        await rate(writers, () => write(false)),
        await rate(writers, async () => {
          await write(true)
          journal.poke()
        }),
      ] as const
      // The first round opens the connections and warms up.
      if (round === 0) continue
      without.push(rates[0])
      withEntry.push(rates[1])
    }
    const [base, both] = [Math.round(median(without)), Math.round(median(withEntry))]
    table.push({ writers, sealer, without: base, with: both, ratio: Number((both / base).toFixed(2)) })
  }
  return table
}

async function fill(database: OpenDatabase, journal: Journal): Promise<void> {
  const types = ['timestamptz', 'smallint', 'int', 'int', 'int', 'bigint', 'text'].map(
    (type, at) => `$${at + 1}::${type}[]`,
  )
  const insert = `insert into journal_pending (${COLUMNS}) select * from unnest(${types.join(', ')})`
  for (let at = 0; at < FILL_ENTRIES; at += 2000) {
    const rows: PendingRow[] = []
    for (let n = 0; n < 2000; n++) rows.push(await journal.pendingRow(anyEntry()))
    const values = rows.map(valuesOf)
    await database.pool.query(
      insert,
      types.map((_, column) => values.map((row) => row[column])),
    )
  }
}

/** Milliseconds from the answer to COMMIT to the announcement that the entry is sealed, at 400 entries a second. */
async function measureLatency(database: OpenDatabase, journal: Journal): Promise<number[]> {
  const committed = new Map<string, number>()
  const taken: number[] = []
  const sealedAt = new Map<string, number>()
  const stop = journal.onSealed((head) => {
    for (const { subjectKey } of head.entries()) sealedAt.set(subjectKey!, performance.now())
  })
  const end = performance.now() + 4000
  const writer = async () => {
    while (performance.now() < end) {
      const row = await journal.pendingRow(anyEntry())
      await database.db.insertInto('journal_pending').values(row).execute()
      committed.set(row.subject_key!, performance.now())
      journal.poke()
      await new Promise((resolve) => setTimeout(resolve, 20 * Math.random()))
    }
  }
  await Promise.all([writer(), writer(), writer(), writer()])
  while (journal.head().size === 0 || (await journal.health()).lagEntries > 0) await new Promise(setImmediate)
  stop()
  for (const [key, at] of committed) taken.push(Math.max(0, (sealedAt.get(key) ?? Number.NaN) - at))
  return taken.toSorted((one, other) => one - other)
}

async function bytesPerEntry(database: OpenDatabase): Promise<{ all: number; body: number }> {
  const { rows } = await database.pool.query<{ all: number; body: number }>(
    `select sum(pg_total_relation_size(oid))::float8 / (select count(*) from journal) as all,
            (select avg(octet_length(body))::float8 from journal) as body
       from pg_class where relkind = 'r' and relname ~ '^journal_(p0|tile|checkpoint|hour|day|ref|kind)'`,
  )
  return rows[0]!
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-'))
const server = await startPostgres({ dataDirectory: directory })
const database = openDatabase({ url: server.url })
const quiet = { info: () => {}, warn: () => {}, error: console.error, fatal: console.error }
const open = () => openJournal({ url: server.url, keysDirectory: join(directory, 'keys'), log: quiet })
try {
  await migrate(database.db, journalMigrations)
  await database.pool.query(
    'create table bench_row (id uuid primary key, server_id uuid, person_id uuid, line text, at timestamptz)',
  )
  const journal = await open()
  for (const { id } of [...people, ...servers, ...works]) await journal.names.refNo(id)
  for (const kind of kinds) await journal.names.kindNo(kind)

  const running = await measureWriters(server.url, journal, 'running')
  const latency = await measureLatency(database, journal)
  await journal.close()
  // What is closed still resolves names from memory, so writers go on while nobody seals.
  console.table([...(await measureWriters(server.url, journal, 'off')), ...running])

  const last = await open()
  await last.close()
  await fill(database, journal)
  const began = performance.now()
  const from = (await database.pool.query('select count(*) as n from journal')).rows[0].n as number
  const sealer = await open()
  await new Promise<void>((resolve) => {
    sealer.onSealed(({ size }) => {
      if (size >= from + FILL_ENTRIES) resolve()
    })
  })
  const sealSeconds = (performance.now() - began) / 1000
  const { size } = sealer.head()
  await sealer.close()

  const bytes = await bytesPerEntry(database)
  const main = fileURLToPath(new URL('../../apps/verify/main.ts', import.meta.url))
  const args = [main, '--data', directory, '--json']
  const verified = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as {
    ok: boolean
    entries: number
    seconds: number
  }
  console.table({
    'sealer, entries/s': Math.round((size - from) / sealSeconds),
    'commit to sealed p50, ms': Number(latency[Math.floor(latency.length * 0.5)]!.toFixed(1)),
    'commit to sealed p99, ms': Number(latency[Math.floor(latency.length * 0.99)]!.toFixed(1)),
    'bytes of an entry\u2019s text': Math.round(bytes.body),
    'bytes per entry, indexes, tree and counts in': Math.round(bytes.all),
    'the same for a text of 321 bytes': Math.round(bytes.all - bytes.body + BODY_BYTES),
    'entries in the journal': size,
    'full verify, entries/s': Math.round(verified.entries / verified.seconds),
    'verify says': verified.ok ? 'holds' : 'DAMAGED',
  })
} finally {
  await database[Symbol.asyncDispose]()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
}
