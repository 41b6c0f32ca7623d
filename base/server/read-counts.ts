import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from './database.ts'
import type { Migration } from './migrate.ts'
import { isOneOf, type Scope } from './scope.ts'

declare module './database.ts' {
  interface Database {
    /** How often each endpoint was read by whom: what leaves no entry of its own. `status` is the class: 200, 400, 500. */
    read_hour: { hour: Date; actor_id: string; endpoint: string; status: number; n: number }
  }
}

export const readCountMigrations: readonly Migration[] = [
  {
    name: 'base/0002-read-count',
    up: async (db) => {
      await sql`
        create table read_hour (
          hour timestamptz, actor_id uuid, endpoint text check (length(endpoint) <= 200), status smallint,
          n bigint not null, primary key (actor_id, hour, endpoint, status)) with (fillfactor = 70)`.execute(
        db,
      )
      await sql`create index read_hour_hour on read_hour (hour)`.execute(db)
    },
  },
]

export const readCountScopes = {
  read_hour: {
    admin: 'every row',
    auditor: 'every row',
    member: (_row, actor) => isOneOf('actor_id', [actor.id]),
  } satisfies Scope<'read_hour'>,
}

export interface ReadCounts {
  /** Costs a look into a map. */
  add(actorId: string, endpoint: string, status: number): void
  flush(): Promise<void>
  stop(): Promise<void>
}

const FLUSH_MILLISECONDS = 5000
/** Written at once above this many different counts. */
const COUNTS_MAX = 20_000

/** Counts reads in memory and adds them to the table every few seconds; what dies with the process is that much. */
export function countReads({
  db,
  now,
  log,
}: {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly log: Pick<Logger, 'error'>
}): ReadCounts {
  let counts = new Map<string, number>()
  let writing: Promise<void> = Promise.resolve()

  const write = async (counted: Map<string, number>) => {
    const rows = [...counted].map(([key, n]) => ({ parts: key.split(' '), n }))
    const column = (place: number) => rows.map(({ parts }) => parts[place]!)
    try {
      // In the order of the key, so that two servers adding to the same rows wait for each other and never in a circle.
      await sql`
        insert into read_hour as kept (hour, actor_id, endpoint, status, n)
        select to_timestamp(hour), actor_id, endpoint, status, n
          from unnest(${column(0)}::bigint[], ${column(1)}::uuid[], ${column(2)}::text[], ${column(3)}::smallint[],
            ${rows.map(({ n }) => n)}::bigint[]) as added (hour, actor_id, endpoint, status, n)
         order by actor_id, hour, endpoint, status
        on conflict (actor_id, hour, endpoint, status) do update set n = kept.n + excluded.n`.execute(db)
    } catch (error) {
      log.error({ err: error, counts: counted.size }, 'reads could not be counted; they are tried again')
      if (counts.size + counted.size <= COUNTS_MAX)
        for (const [key, n] of counted) counts.set(key, (counts.get(key) ?? 0) + n)
    }
  }
  const flush = () => {
    if (counts.size === 0) return writing
    const counted = counts
    counts = new Map()
    writing = writing.then(() => write(counted))
    return writing
  }
  const timer = setInterval(() => void flush(), FLUSH_MILLISECONDS)
  timer.unref()

  return {
    add(actorId, endpoint, status) {
      const hour = Math.floor(now().getTime() / 3_600_000) * 3600
      const key = `${hour} ${actorId} ${endpoint} ${Math.floor(status / 100) * 100}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (counts.size >= COUNTS_MAX) void flush()
    },
    flush,
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}
