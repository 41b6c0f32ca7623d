import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { Account } from './account.ts'
import type { Installation } from './installation.ts'
import { launch } from './launch.ts'
import { StartupRefusal } from './startup-refusal.ts'

export interface ServerRun {
  readonly installation: Installation
  readonly account: Account
  readonly clusterDirectory: string
  readonly socketDirectory: string
  readonly settings: Readonly<Record<string, string | number>>
  readonly onLog: (line: string) => void
}

export interface ServerExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ServerProcess {
  readonly pid: number
  readonly exited: Promise<ServerExit>
  /** Fast shutdown: connections are cut, everything is written, no recovery at the next start. */
  stop(): Promise<void>
}

/** How long, in milliseconds, a shutdown may take before it is made without writing, and before it is forced. */
const patience = { fast: 60_000, immediate: 10_000 }

/** Starts `postgres` and resolves when it accepts connections, however long its recovery takes. */
export async function runServer(run: ServerRun): Promise<ServerProcess> {
  const { installation, account, clusterDirectory, socketDirectory, settings, onLog } = run
  const child = launch({
    account,
    program: join(installation.binDirectory, 'postgres'),
    directories: [clusterDirectory, socketDirectory],
    argumentsFor: ([data, socket]) => [
      '-D',
      data as string,
      ...Object.entries({ ...settings, unix_socket_directories: socket }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]),
    ],
    onParentDeath: 'INT',
  })
  child.stdout.resume()
  const lastLines: string[] = []
  let exit: ServerExit | undefined
  const exited = new Promise<ServerExit>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      resolve(exit)
    })
  })
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line)
      if (lastLines.length > 20) lastLines.shift()
      onLog(line)
      if (line.endsWith('database system is ready to accept connections')) resolve()
    })
  })
  await Promise.race([ready, exited])
  if (exit) {
    if (!child.stderr.readableEnded) await Promise.race([once(child.stderr, 'close'), wait(1_000)])
    throw new StartupRefusal(
      `PostgreSQL did not start in ${clusterDirectory}. It said:\n${lastLines.join('\n')}`,
    )
  }
  const stop = async () => {
    for (const [signal, milliseconds] of [
      ['SIGINT', patience.fast],
      ['SIGQUIT', patience.immediate],
      ['SIGKILL', patience.immediate],
    ] as const) {
      if (exit) return
      child.kill(signal)
      await Promise.race([exited, wait(milliseconds, undefined, { ref: false })])
    }
  }
  return { pid: child.pid, exited, stop }
}
