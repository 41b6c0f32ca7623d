import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ServerEnd } from '../../apps/agent/server-end.ts'
import { ReportQueue } from '../../wire/agent/report-queue.ts'
import { Store } from '../../wire/agent/store.ts'

/**
 * The agent on its own, docs/performance.md (e): memory of a real agent process while idle, after work and after a
 * gigabyte of output; how many reports a second its queue makes durable; how long an order takes until its process
 * runs, alone and beside commands that flood. The server's end is in memory and costs next to nothing.
 */
const REPORTS = 200_000
const REPORTS_AT_ONCE = 1000
const COMMANDS = 100
const FLOOD = 1_000_000_000

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)]!
const mebibytes = (pid: number) =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)

/** Reports told in batches, each batch awaited until it is on disk; forgotten as if a server had committed them. */
async function durableReportsPerSecond(directory: string): Promise<number> {
  const store = Store.open(join(directory, 'bench.db'), { expected: false })
  const queue = new ReportQueue(store)
  const body = { commandId: '0199a5f0-0000-7000-8000-00000000000a', line: 'x'.repeat(100), exitCode: 0 }
  const began = performance.now()
  let sent = 0
  for (let done = 0; done < REPORTS; done += REPORTS_AT_ONCE) {
    await Promise.all(Array.from({ length: REPORTS_AT_ONCE }, () => queue.report('bench', body)))
    const batch = queue.batch(sent)!
    sent = batch.last
    queue.forget(sent)
  }
  const rate = REPORTS / ((performance.now() - began) / 1000)
  await queue.close()
  store.close()
  return rate
}

async function startDelays(server: ServerEnd): Promise<number[]> {
  const delays: number[] = []
  for (let i = 0; i < COMMANDS; i++) {
    const began = performance.now()
    const id = server.run('true')
    await server.until(() => server.of('command.started', id)[0])
    delays.push(performance.now() - began)
    await server.finished(id)
  }
  return delays
}

const directory = mkdtempSync(join(tmpdir(), 'annals-bench-agent-'))
const server = new ServerEnd()
await server.open()
const rate = await durableReportsPerSecond(directory)
const main = fileURLToPath(new URL('../../apps/agent/main.ts', import.meta.url))
const linked = server.linked()
const asked = performance.now()
const agent = spawn(
  process.execPath,
  [main, '--url', server.url, '--token', server.token, '--data', join(directory, 'agent')],
  { stdio: ['ignore', 'ignore', 'inherit'] },
)
const pid = agent.pid!
try {
  await linked
  const startup = performance.now() - asked
  await wait(2000)
  const idle = mebibytes(pid)
  const alone = await startDelays(server)
  const afterWork = mebibytes(pid)

  const floodBegan = performance.now()
  const flood = server.run(`yes | head -c ${FLOOD}`)
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, mebibytes(pid))
  }, 20)
  const besideFlood = await startDelays(server)
  await server.finished(flood)
  const floodSeconds = (performance.now() - floodBegan) / 1000
  clearInterval(watch)
  const tiny = server.run('i=0; while [ $i -lt 60000 ]; do echo $i; i=$((i+1)); done')
  await server.until(() => server.streamLength(tiny))
  const besideTiny = await startDelays(server)
  await server.finished(tiny)
  await wait(2000)
  console.table({
    'durable reports/s, in batches of 1000': Math.round(rate),
    'enrol and link, first start, ms': Math.round(startup),
    'RSS idle, MiB': idle,
    'RSS after 100 commands, MiB': afterWork,
    'RSS peak beside 1 GB of output, MiB': peak,
    'RSS afterwards, MiB': mebibytes(pid),
    '1 GB of output, MB/s': Math.round(FLOOD / 1e6 / floodSeconds),
    'order → started durable and told, p50 ms': Number(percentile(alone, 0.5).toFixed(1)),
    'order → started, p95 ms': Number(percentile(alone, 0.95).toFixed(1)),
    'the same beside 1 GB of output, p95 ms': Number(percentile(besideFlood, 0.95).toFixed(1)),
    'the same beside tiny outputs, p95 ms': Number(percentile(besideTiny, 0.95).toFixed(1)),
  })
} finally {
  agent.kill('SIGTERM')
  await new Promise((resolve) => agent.once('exit', resolve))
  await server.close()
  rmSync(directory, { recursive: true })
}
