import type { OpenDatabase } from '../../base/server/database.ts'
import type { Journal, JournalHealth } from '../../base/server/journal/journal.ts'
import type { Metrics } from '../../base/server/metrics.ts'
import type { ReadinessCheck } from '../../base/server/readiness.ts'

export interface Watched {
  readonly database: Pick<OpenDatabase, 'pool'>
  readonly journal: Pick<Journal, 'health'>
}

/** Unsealed for so long means that the sealer does not keep up or does not run. */
const LAG_LIMIT_SECONDS = 30

/** What GET /readyz asks. A server whose journal does not grow must not take commands. */
export function readinessChecks({ database, journal }: Watched): Record<string, ReadinessCheck> {
  return {
    database: async () => {
      await database.pool.query('select 1')
      return undefined
    },
    journal: async () => complaintOf(await journal.health()),
  }
}

export function complaintOf({ state, reason, lagSeconds }: JournalHealth): string | undefined {
  if (state === 'refused') return `it is damaged and nothing is sealed: ${reason}. Run npm run verify.`
  if (state === 'broken') return 'the sealer broke and is starting again'
  if (state === 'starting') return 'it is being opened'
  if (lagSeconds > LAG_LIMIT_SECONDS) return `entries wait for ${Math.round(lagSeconds)} s to be sealed`
  return undefined
}

/** What GET /metrics reads at the moment it is asked. Each reading is one cheap query on an index, or none. */
export function watchNumbers(metrics: Metrics, { database, journal }: Watched): void {
  const counts = async (sql: string) => {
    const { rows } = await database.pool.query<{ state: string; n: number }>(sql)
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
  }
  metrics.watch({
    sealerLagSeconds: async () => (await journal.health()).lagSeconds,
    journalPendingEntries: async () => (await journal.health()).lagEntries,
    journalSealedEntries: async () => (await journal.health()).size,
    agentLinks: () => counts(linksByState),
    commands: () => counts(openCommandsByState),
    databaseConnections: () => ({
      total: database.pool.totalCount,
      idle: database.pool.idleCount,
      waiting: database.pool.waitingCount,
    }),
  })
}

const linksByState = `
  select case when link.is_connected then 'connected' when link.heard_at is null then 'never' else 'offline' end as state, count(*) as n
  from server left join server_link as link on link.server_id = server.id where server.removed_at is null group by 1`

const openCommandsByState = `
  select state, count(*) as n from command
  where state in ('queued', 'scheduled', 'delivered', 'verifying', 'running', 'awaiting_approval', 'stuck') group by state`
