import { type Kysely, sql, type Transaction } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'
import type { Migration } from '../migrate.ts'
import type { Scope } from '../scope.ts'

declare module '../database.ts' {
  interface Database {
    job: {
      kind: string
      key: string
      due_at: Date
      payload: string
      attempts: number
      lease_until: Date | null
    }
  }
}

export const jobMigrations: Migration[] = [
  {
    name: 'base/0001-job',
    up: async (db) => {
      await sql`
        create table job (
          kind text not null, key text not null, due_at timestamptz not null, payload text not null default 'null',
          attempts int not null default 0, lease_until timestamptz, primary key (kind, key))`.execute(db)
      await sql`create index job_due on job (due_at)`.execute(db)
    },
  },
]

/** One thing due at a time. Done in one transaction with its own removal, so it is done once. */
export interface Job {
  readonly key: string
  readonly payload: unknown
  readonly dueAt: Date
  /** How often it was tried before. */
  readonly attempts: number
}

export interface JobKind {
  /** May throw: the job is tried again later, with back-off. Returns what to do after the commit. */
  readonly run: (tx: Transaction<Database>, job: Job, now: Date) => Promise<(() => void) | undefined>
}

export interface Jobs {
  /** Makes a job due; one that has the same kind and key is replaced. Part of the caller's transaction. */
  schedule(
    tx: Kysely<Database>,
    kind: string,
    job: { key: string; dueAt: Date; payload?: unknown },
  ): Promise<void>
  cancel(tx: Kysely<Database>, kind: string, key: string): Promise<void>
  /** Looks for due jobs now; called after a commit that scheduled one. */
  poke(): void
  start(kinds: Readonly<Record<string, JobKind>>): void
  stop(): Promise<void>
}

interface JobsOptions {
  readonly db: Kysely<Database>
  readonly log: Logger
  readonly now: () => Date
  readonly beatMilliseconds?: number
}

const LEASE_SECONDS = 60

/** Jobs in the database, claimed with a lease, so that any number of servers may run them and a dead one loses none. */
export function openJobs({ db, log, now, beatMilliseconds = 1000 }: JobsOptions): Jobs {
  let kinds: Readonly<Record<string, JobKind>> = {}
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let again = false
  let stopped = false

  const claim = async () =>
    db.transaction().execute(async (tx) => {
      const at = now()
      const row = await tx
        .selectFrom('job')
        .selectAll()
        .where('due_at', '<=', at)
        .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', at)]))
        .where('kind', 'in', Object.keys(kinds))
        .orderBy('due_at')
        .limit(1)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (!row) return undefined
      await tx
        .updateTable('job')
        .set({ lease_until: new Date(at.getTime() + LEASE_SECONDS * 1000), attempts: row.attempts + 1 })
        .where('kind', '=', row.kind)
        .where('key', '=', row.key)
        .execute()
      return row
    })

  const runOne = async () => {
    const row = await claim()
    if (!row) return false
    const job: Job = {
      key: row.key,
      payload: JSON.parse(row.payload),
      dueAt: row.due_at,
      attempts: row.attempts,
    }
    try {
      const after = await db.transaction().execute(async (tx) => {
        // Removed first, so that the job may schedule its own next run under the same key.
        await tx.deleteFrom('job').where('kind', '=', row.kind).where('key', '=', row.key).execute()
        return kinds[row.kind]!.run(tx, job, now())
      })
      after?.()
    } catch (error) {
      log.error(
        { error, kind: row.kind, key: row.key, attempts: row.attempts + 1 },
        'job failed; it will be tried again',
      )
      const waitSeconds = Math.min(300, 2 ** Math.min(row.attempts, 8))
      await db
        .updateTable('job')
        .set({ due_at: new Date(now().getTime() + waitSeconds * 1000), lease_until: null })
        .where('kind', '=', row.kind)
        .where('key', '=', row.key)
        .execute()
    }
    return true
  }

  const work = () => {
    if (stopped || Object.keys(kinds).length === 0) return
    if (working) {
      again = true
      return
    }
    working = (async () => {
      do {
        again = false
        while (!stopped && (await runOne())) {}
      } while (again && !stopped)
    })()
      .catch((error) =>
        log.error({ error }, 'the job runner could not reach the database; it will look again'),
      )
      .finally(() => {
        working = undefined
      })
  }

  return {
    async schedule(tx, kind, { key, dueAt, payload }) {
      const row = {
        kind,
        key,
        due_at: dueAt,
        payload: JSON.stringify(payload ?? null),
        attempts: 0,
        lease_until: null,
      }
      await tx
        .insertInto('job')
        .values(row)
        .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(row))
        .execute()
    },
    async cancel(tx, kind, key) {
      await tx.deleteFrom('job').where('kind', '=', kind).where('key', '=', key).execute()
    },
    poke: work,
    start(table) {
      kinds = table
      timer = setInterval(work, beatMilliseconds)
      work()
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await working
    },
  }
}

/** The queue is the server's own; nobody reads it through an endpoint. */
export const jobScopes = {
  job: { admin: 'no row', auditor: 'no row', member: 'no row' } satisfies Scope<'job'>,
}
