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

/** What GET /metrics reads from the kernel; features add their own. */
export function watchKernel(
  metrics: Metrics,
  { database, journal }: Pick<Watched, 'database' | 'journal'>,
): void {
  metrics.watch({
    sealerLagSeconds: async () => (await journal.health()).lagSeconds,
    journalPendingEntries: async () => (await journal.health()).lagEntries,
    journalSealedEntries: async () => (await journal.health()).size,
    databaseConnections: () => ({
      total: database.pool.totalCount,
      idle: database.pool.idleCount,
      waiting: database.pool.waitingCount,
    }),
  })
}
