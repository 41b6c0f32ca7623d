/** Run by tests as a process of its own: holds a PostgreSQL, says where, and ends when told `stop` or killed. */
import { createInterface } from 'node:readline'
import type { PostgresOptions } from './prepare.ts'
import { startPostgres } from './start-postgres.ts'

const options = JSON.parse(process.argv[2] as string) as PostgresOptions
try {
  const running = await startPostgres({ ...options, onLog: (line) => process.stderr.write(`${line}\n`) })
  process.stdout.write(`${JSON.stringify({ url: running.url, pid: running.pid })}\n`)
  for await (const line of createInterface({ input: process.stdin })) if (line === 'stop') break
  await running.stop()
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refusal: (error as Error).message })}\n`)
}
process.exit()
