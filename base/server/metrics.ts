import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** A number read at the moment it is asked for, or one per value of a label. */
export type Reading = () =>
  | number
  | Readonly<Record<string, number>>
  | Promise<number | Readonly<Record<string, number>>>

/** What the rest of the server lets be read. Names say the unit; a reading that fails is left out of the answer. */
export interface Readings {
  /** Seconds since the oldest entry that has no number yet; 0 when all have one. */
  readonly sealerLagSeconds?: Reading
  /** Entries that have no number yet. */
  readonly journalPendingEntries?: Reading
  readonly journalSealedEntries?: Reading
  /** By state: connected, offline, never. */
  readonly agentLinks?: Reading
  /** Those that have not ended, by state. */
  readonly commands?: Reading
  /** By use: total, idle, waiting. */
  readonly databaseConnections?: Reading
}

export interface Metrics {
  /** Prometheus text exposition. */
  metricsText(): Promise<string>
  readonly contentType: string
  /** @param endpoint the route's pattern, never a path with ids in it */
  countRequest(endpoint: string, status: number, seconds: number): void
  watch(readings: Readings): void
}

const described: Record<keyof Readings, readonly [name: string, help: string, label?: string]> = {
  sealerLagSeconds: ['annals_sealer_lag_seconds', 'Age of the oldest journal entry that has no number yet.'],
  journalPendingEntries: ['annals_journal_pending_entries', 'Journal entries that have no number yet.'],
  journalSealedEntries: [
    'annals_journal_sealed_entries',
    'Journal entries with a number: the size of the journal.',
  ],
  agentLinks: ['annals_agent_links', 'Servers by the state of their agent link.', 'state'],
  commands: ['annals_commands', 'Commands that have not ended, by state.', 'state'],
  databaseConnections: ['annals_database_connections', 'Connections of the database pool.', 'use'],
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'annals_http_requests_total',
    help: 'Answered HTTP requests.',
    labelNames: ['endpoint', 'status'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'annals_http_request_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['endpoint'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  return {
    metricsText: () => registry.metrics(),
    contentType: registry.contentType,
    countRequest: (endpoint, status, seconds) => {
      requests.inc({ endpoint, status })
      durations.observe({ endpoint }, seconds)
    },
    watch: (readings) => {
      for (const [key, reading] of Object.entries(readings))
        if (reading) addGauge(registry, key as keyof Readings, reading)
    },
  }
}

function addGauge(registry: Registry, key: keyof Readings, reading: Reading): void {
  const [name, help, label] = described[key]
  registry.removeSingleMetric(name)
  new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    async collect() {
      if (label === undefined) this.remove()
      else this.reset()
      const value = await Promise.resolve(reading()).catch(() => undefined)
      if (typeof value === 'number') this.set(value)
      else if (value !== undefined && label !== undefined)
        for (const [state, count] of Object.entries(value)) this.set({ [label]: state }, count)
    },
  })
}
