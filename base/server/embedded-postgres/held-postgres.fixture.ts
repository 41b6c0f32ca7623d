import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { PostgresOptions } from './prepare.ts'

export interface HeldPostgres {
  readonly child: ChildProcess
  readonly url: string
  readonly pid: number
  /** What startPostgres threw instead. */
  readonly refusal: string | undefined
  readonly log: () => string
  stop(): Promise<void>
}

/** A PostgreSQL whose parent is a process that the test can kill, or that runs as another user. */
export async function holdPostgres(
  options: PostgresOptions,
  as: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<HeldPostgres> {
  const program = join(import.meta.dirname, 'hold-postgres.fixture.ts')
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    ...as,
    env: as.env ?? process.env,
    cwd: '/',
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [undefined])])) as [
    string | undefined,
  ]
  if (line === undefined) throw new Error(`the holder ended: ${log}`)
  const said = JSON.parse(line) as { url: string; pid: number; refusal?: string }
  const stop = async () => {
    if (said.refusal !== undefined || child.exitCode !== null || child.signalCode !== null) return
    child.stdin.write('stop\n')
    await once(child, 'exit')
  }
  return { child, url: said.url, pid: said.pid, refusal: said.refusal, log: () => log, stop }
}

export async function killHolder(held: HeldPostgres): Promise<void> {
  held.child.kill('SIGKILL')
  await once(held.child, 'exit')
}

/** Resolves when a process is gone: has ended and been waited for, or is only still to be waited for. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return
    } catch {
      return
    }
    await wait(5)
  }
}

export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const result = (await client.query(sql)) as pg.QueryResult | pg.QueryResult[]
    return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows
  } finally {
    await client.end()
  }
}
