import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findAccount } from '../../features/commands/agent/account.ts'
import { launchAs } from '../../features/commands/agent/launcher.ts'
import { dispatchTimes, quantile, SAY_WHEN, wallClock } from '../dispatch-times.ts'
import { signIn, startProduct } from '../product.ts'

/**
 * How soon a command runs, docs/performance.md (a): from the answer that a submission is durable to the process's own
 * first word and to the start its agent reports, on one clock; real server, real agent, PostgreSQL with fsync on. In turns
 * with the least that starting a process takes: Node's spawn of the same setpriv and shell.
 */
const COMMANDS = Number(process.env['ANNALS_BENCH_COMMANDS'] ?? 300)
const BATCH = 50

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-dispatch-'))
const product = await startProduct(directory)
const times: Record<string, number[]> = {}
const put = (name: string, values: readonly number[]) => {
  times[name] = [...(times[name] ?? []), ...values]
}
try {
  const admin = await signIn(product.url)
  const serverId = (await admin.ask('server.list')).items[0].id
  await dispatchTimes(admin, serverId, 20)
  for (let done = 0; done < COMMANDS; done += BATCH) {
    put('spawn alone: to its first word', await spawnTimes(BATCH))
    for (const [rate, every] of [
      ['one after another', undefined],
      ['20 a second', 50],
    ] as const) {
      const batch = await dispatchTimes(admin, serverId, BATCH, every)
      put(
        `${rate}: request to answer`,
        batch.map(({ submit }) => submit),
      )
      put(
        `${rate}: answer to start, by the agent`,
        batch.map(({ agent }) => agent),
      )
      put(
        `${rate}: answer to first word, by the process`,
        batch.map(({ process }) => process),
      )
      put(
        `${rate}: request to first word`,
        batch.map(({ whole }) => whole),
      )
    }
  }
  const base = quantile(times['spawn alone: to its first word']!, 0.95)
  const shown = (value: number) => Number(value.toFixed(1))
  console.table(
    Object.entries(times).map(([what, values]) => ({
      what,
      p50: shown(quantile(values, 0.5)),
      p95: shown(quantile(values, 0.95)),
      p99: shown(quantile(values, 0.99)),
      'p95 ÷ spawn p95': shown(quantile(values, 0.95) / base),
    })),
  )
  console.log(`Milliseconds of ${COMMANDS} commands each.`)
} finally {
  await product.stop()
  await rm(directory, { recursive: true, force: true })
}

async function spawnTimes(count: number): Promise<number[]> {
  const launch = launchAs(await findAccount(null, null))
  const before = launch.arguments.slice(0, -2)
  const all: number[] = []
  for (let n = 0; n < count; n++) {
    const began = wallClock()
    const child = spawn(launch.file, [...before, '-c', `exec /bin/bash -c '${SAY_WHEN}'`], { detached: true })
    let said = ''
    child.stdout.on('data', (bytes) => (said += bytes))
    await new Promise((resolve) => child.once('close', resolve))
    all.push(Number(said) * 1000 - began)
  }
  return all
}
