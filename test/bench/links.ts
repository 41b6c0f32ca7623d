import { type ChildProcess, fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import pino from 'pino'
import { assemble } from '../../apps/server/features.ts'
import { newId } from '../../base/common/id.ts'
import { fileBlobStore } from '../../base/server/blobs/blob-store.ts'
import { openDatabase } from '../../base/server/database.ts'
import { startPostgres } from '../../base/server/embedded-postgres/start-postgres.ts'
import { openJournal } from '../../base/server/journal/journal.ts'
import { openMetrics } from '../../base/server/metrics.ts'
import { migrate } from '../../base/server/migrate.ts'
import { openReadiness } from '../../base/server/readiness.ts'
import { openSecretBox } from '../../base/server/secret-box.ts'
import { migrations } from '../../seed/migrations.ts'
import { tellTheStory } from '../../seed/story.ts'

/**
 * The agent link under load, docs/performance.md (d): the whole server in this process, simulated agents in another,
 * PostgreSQL with fsync on, all on this machine. Memory per agent, CPU while idle, commands a second from submission to
 * the end of their row, and everybody coming back at once with reports that waited.
 */
const AGENTS = Number(process.env['BENCH_AGENTS'] ?? 10_000)
const COMMANDS_PER_SECOND = Number(process.env['BENCH_RATE'] ?? 1_000)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 20)
const BACKLOG_REPORTS = 10

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-links-'))
const postgres = await startPostgres({ dataDirectory: join(directory, 'postgres'), durable: true })
const database = openDatabase({ url: postgres.url, poolSize: 16 })
await migrate(database.db, migrations)
const log = pino({ level: process.env['ANNALS_LOG_LEVEL'] ?? 'error' })
const journal = await openJournal({ url: database.url, keysDirectory: join(directory, 'keys'), log })
const assembled = await assemble({
  config: { publicUrl: undefined, trustedProxies: [], unresponsiveSeconds: 600 },
  database,
  journal,
  blobs: fileBlobStore(join(directory, 'blobs')),
  secrets: await openSecretBox(join(directory, 'keys')),
  log,
  metrics: openMetrics(),
  readiness: openReadiness({}),
  publicUrl: 'http://127.0.0.1:7300',
  now: () => new Date(),
  version: '0.0.0',
} as Parameters<typeof assemble>[0])
const { cookies } = await tellTheStory(database.db, new Date())
await assembled.start()
const port = await assembled.serving.listen('127.0.0.1', 0)

const agents = Array.from({ length: AGENTS }, (_, index) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    agentId: newId(),
    serverId: newId(),
    name: `bench-${index}`,
    signingKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
    key: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
})
const rows = JSON.stringify(agents)
await sql`insert into server (id, name, agent_id, signing_key, sealing_key, enrolled_at)
  select "serverId", name, "agentId", "signingKey", '', now()
  from json_to_recordset(${rows}::json) as r ("serverId" uuid, name text, "agentId" uuid, "signingKey" text)`.execute(
  database.db,
)
await sql`insert into server_link (server_id) select id from server`.execute(database.db)
await sql`insert into agent_position (agent_id, server_id) select agent_id, id from server`.execute(
  database.db,
)

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024)
const memory = () => {
  globalThis.gc?.()
  return process.memoryUsage()
}
const percentile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN

interface State {
  linked: number
  settled: number
}
let state: State = { linked: 0, settled: 0 }
const startedAt = new Map<string, number>()
function swarm(): ChildProcess {
  const child = fork(fileURLToPath(new URL('./agent-swarm.ts', import.meta.url)), { stdio: 'inherit' })
  child.on('message', (message: { t: string } & State & { commandId: string; at: number }) => {
    if (message.t === 'state') state = message
    else if (message.t === 'started') startedAt.set(message.commandId, message.at)
  })
  return child
}

const before = memory()
const child = swarm()
const connectingAt = performance.now()
child.send({ t: 'connect', url: `ws://127.0.0.1:${port}/api/agent.link`, agents, atOnce: 100 })
while (state.linked < AGENTS) await wait(50)
console.log(
  `${AGENTS} agents connected one after another in ${((performance.now() - connectingAt) / 1000).toFixed(1)} s`,
)
await wait(15_000)
const after = memory()
console.log(
  `memory: RSS ${megabytes(before.rss)} → ${megabytes(after.rss)} MB, ${((after.rss - before.rss) / 1024 / AGENTS).toFixed(1)} KiB per agent; heap ${((after.heapUsed - before.heapUsed) / 1024 / AGENTS).toFixed(1)} KiB per agent`,
)

const idle = process.cpuUsage()
await wait(10_000)
const used = process.cpuUsage(idle)
console.log(`idle: ${(((used.user + used.system) / 10_000_000) * 100).toFixed(1)} % of one core`)

// Each request names ten servers, as a fleet operation would.
const perRequest = 10
const submittedAt = new Map<string, number>()
const answers: number[] = []
const running = new Set<Promise<void>>()
let failed = 0
const loadFrom = performance.now()
const loadCpu = process.cpuUsage()
for (let request = 0; request < (COMMANDS_PER_SECOND * SECONDS) / perRequest; request++) {
  const due = loadFrom + (request * perRequest * 1000) / COMMANDS_PER_SECOND
  if (due > performance.now()) await wait(due - performance.now())
  const at = performance.now()
  const serverIds = Array.from(
    { length: perRequest },
    (_, i) => agents[(request * perRequest + i) % AGENTS]!.serverId,
  )
  const asked = fetch(`http://127.0.0.1:${port}/api/command.submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: `annals=${cookies.ada}` },
    body: JSON.stringify({ serverIds, line: 'uptime' }),
  })
    .then(async (answer) => {
      answers.push(performance.now() - at)
      if (answer.status !== 200) failed++
      const { commands } = (await answer.json()) as { commands?: { id: string }[] }
      for (const { id } of commands ?? []) submittedAt.set(id, Date.now())
    })
    .finally(() => running.delete(asked))
  running.add(asked)
}
await Promise.all(running)
const sentIn = (performance.now() - loadFrom) / 1000
const unfinished = async () => {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from command where finished_at is null`.execute(database.db)
  return rows[0]!.n
}
while ((await unfinished()) > 0) await wait(100)
const endedIn = (performance.now() - loadFrom) / 1000
const cpu = process.cpuUsage(loadCpu)
const dispatch = await sql<{ id: string; at: Date }>`select id, submitted_at as at from command`.execute(
  database.db,
)
const delays = dispatch.rows.flatMap(({ id, at }) =>
  startedAt.has(id) ? [startedAt.get(id)! - at.getTime()] : [],
)
const { rows: ends } = await sql<{
  ms: number
}>`select extract(epoch from heard_at - submitted_at) * 1000 as ms from command`.execute(database.db)
console.log(
  `commands: ${delays.length} submitted in ${sentIn.toFixed(1)} s, all ended after ${endedIn.toFixed(1)} s, ${failed} refused, server CPU ${(((cpu.user + cpu.system) / 1e6 / endedIn) * 100).toFixed(0)} %`,
)
console.log(
  `  answer p50 ${percentile(answers, 0.5).toFixed(0)} p99 ${percentile(answers, 0.99).toFixed(0)} ms; request → agent p50 ${percentile(delays, 0.5)} p95 ${percentile(delays, 0.95)} p99 ${percentile(delays, 0.99)} ms; request → end p99 ${percentile(
    ends.map(({ ms }) => Number(ms)),
    0.99,
  ).toFixed(0)} ms`,
)

const stored = async () => {
  const { rows } = await sql<{ n: number }>`select sum(committed) as n from agent_position`.execute(
    database.db,
  )
  return rows[0]!.n
}
const storedBefore = await stored()
const stormAt = performance.now()
child.send({ t: 'drop', reports: BACKLOG_REPORTS })
await wait(300)
state = { linked: 0, settled: 0 }
while (state.settled < AGENTS || (await stored()) - storedBefore < AGENTS * BACKLOG_REPORTS) await wait(100)
console.log(
  `storm: ${AGENTS} agents back with ${BACKLOG_REPORTS} reports each, all stored, in ${((performance.now() - stormAt) / 1000).toFixed(1)} s; ${(await stored()) - storedBefore} of ${AGENTS * BACKLOG_REPORTS} reports`,
)
const { rows: holes } = await sql<{ n: number }>`select count(*) as n from server_hole`.execute(database.db)
console.log(`holes: ${holes[0]!.n}`)

child.kill()
await assembled.serving.close()
await assembled.stop()
await journal.close()
await database[Symbol.asyncDispose]()
await postgres.stop()
await rm(directory, { recursive: true, force: true })
