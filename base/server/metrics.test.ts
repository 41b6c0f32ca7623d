import { expect, test } from 'vitest'
import { openMetrics } from './metrics.ts'

test('requests are counted by endpoint and status', async () => {
  const metrics = openMetrics()
  metrics.countRequest('/api/command.list', 200, 0.004)
  metrics.countRequest('/api/command.list', 404, 0.004)
  const text = await metrics.metricsText()
  expect(text).toContain('annals_http_requests_total{endpoint="/api/command.list",status="200"} 1')
  expect(text).toContain('annals_http_request_seconds_count{endpoint="/api/command.list"} 2')
  expect(text).toContain('process_resident_memory_bytes')
})

test('readings are taken when asked for, and one that fails leaves the others standing', async () => {
  const metrics = openMetrics()
  let pending = 1
  metrics.watch({
    journalPendingEntries: () => pending,
    agentLinks: async () => ({ connected: 2, offline: 1 }),
    sealerLagSeconds: async () => {
      throw new Error('the database is away')
    },
  })
  pending = 7
  const text = await metrics.metricsText()
  expect(text).toContain('annals_journal_pending_entries 7')
  expect(text).toContain('annals_agent_links{state="connected"} 2')
  expect(text).not.toMatch(/^annals_sealer_lag_seconds \d/m)
})
