import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshDatabase } from '../../../test/postgres.ts'
import type { OpenDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import type { Entry } from './entry.ts'
import { type Journal, type JournalOptions, openJournal } from './journal.ts'
import { journalMigrations } from './migrations.ts'

const id = (number: number) => `0199a5f0-0000-7000-8000-${String(number).padStart(12, '0')}`

/** Entries for tests: several kinds, actors and servers, some without one or the other. */
export const sampleEntry = (number: number): Entry => ({
  kind: `test.kind-${number % 5}`,
  at: new Date(Date.UTC(2026, 10, 20, 10 + Math.floor(number / 200), 0, 0, number % 1000)),
  actor: { id: id(1 + (number % 7)), name: `Ada "${number % 7}" \u{1f600}`, kind: 'person' },
  ...(number % 3 > 0 && { server: { id: id(100 + (number % 4)), name: 'web-\\1}' } }),
  ...(number % 4 > 0 && { workSession: { id: id(200 + (number % 9)), name: 'work' } }),
  ...(number % 5 > 0 && { subject: { kind: 'command', id: id(10_000 + number) } }),
  data: { number, text: 'caf\u00e9 {"} \u0000' },
})

export interface TestJournal extends AsyncDisposable {
  readonly database: OpenDatabase
  readonly directory: string
  /** Opens another journal on the same database; the caller closes it. */
  open(options?: Partial<JournalOptions>): Promise<Journal>
}

/** A database of its own with the journal's tables, and a directory for keys. */
export async function testJournal(): Promise<TestJournal> {
  const database = await freshDatabase()
  await migrate(database.db, journalMigrations)
  const directory = await mkdtemp(join(tmpdir(), 'annals-journal-'))
  const quiet = { info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} }
  return {
    database,
    directory,
    open: (options) =>
      openJournal({
        url: database.url,
        keysDirectory: join(directory, 'keys'),
        log: quiet,
        beatMilliseconds: 5,
        ...options,
      }),
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Resolves when the journal has at least `size` entries. */
export function sealedUpTo(journal: Journal, size: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = journal.onSealed((head) => {
      if (head.size >= size) finish()
    })
    const finish = () => {
      stop()
      resolve()
    }
    if (currentSize(journal) >= size) finish()
  })
}

function currentSize(journal: Journal): number {
  try {
    return journal.head().size
  } catch {
    return 0
  }
}

/** Records the entries `from` to `to` − 1 and waits until they are sealed: at least one checkpoint after them. */
export async function seal(
  journal: Journal,
  database: OpenDatabase,
  from: number,
  to: number,
): Promise<void> {
  const before = currentSize(journal)
  const entries = Array.from({ length: to - from }, (_, place) => sampleEntry(from + place))
  await journal.recordAll(database.db, entries)
  journal.poke()
  await sealedUpTo(journal, before + entries.length)
}
