import { setTimeout as wait } from 'node:timers/promises'
import { type PostgresOptions, preparePostgres } from './prepare.ts'
import { runServer, type ServerProcess } from './run-server.ts'
import { ensureDatabase } from './start-postgres.ts'
import { StartupRefusal } from './startup-refusal.ts'

export interface KeptPostgres extends AsyncDisposable {
  /** Stays the same over restarts. */
  readonly url: string
  readonly socketDirectory: string
  /** Of the server process that runs now. */
  readonly pid: number
  /** Resolves, with the reason, when the server can no longer be kept running. Never before, and not after `stop`. */
  readonly failed: Promise<Error>
  stop(): Promise<void>
}

/** Milliseconds before each attempt in a row; after the last one it has failed. A run of a minute starts the row anew. */
const pauses = [0, 200, 1_000, 3_000, 10_000]
const steadyAfter = 60_000

/** As `startPostgres`, and starts the server again when it ends by itself, as after an out-of-memory kill. */
export async function keepPostgres(options: PostgresOptions): Promise<KeptPostgres> {
  const prepared = await preparePostgres(options)
  const { onLog, socketDirectory } = prepared.run
  const stopping = new AbortController()
  let server: ServerProcess
  try {
    server = await runServer(prepared.run)
    await ensureDatabase(prepared).catch(async (cause) => {
      await server.stop()
      throw cause
    })
  } catch (cause) {
    prepared[Symbol.dispose]()
    throw cause
  }

  async function keep(): Promise<Error> {
    let attempt = 0
    for (;;) {
      const since = performance.now()
      const { code, signal } = await server.exited
      if (stopping.signal.aborted) return new Error('stopped')
      if (performance.now() - since > steadyAfter) attempt = 0
      onLog(`The database server ended by itself (${signal ?? `exit code ${code}`}). Starting it again.`)
      for (;;) {
        const pause = pauses[attempt++]
        if (pause === undefined) {
          return new StartupRefusal('The database server keeps ending. Its last words are in the log above.')
        }
        await wait(pause, undefined, { signal: stopping.signal }).catch(() => {})
        if (stopping.signal.aborted) return new Error('stopped')
        try {
          await prepared.clear()
          server = await runServer(prepared.run)
          break
        } catch (cause) {
          onLog(cause instanceof Error ? cause.message : String(cause))
        }
      }
      // Asked to stop while it was starting.
      if (stopping.signal.aborted) await server.stop()
    }
  }

  const ended = keep().finally(() => prepared[Symbol.dispose]())
  const failed = new Promise<Error>((resolve, reject) => {
    ended.then((reason) => {
      if (!stopping.signal.aborted) resolve(reason)
    }, reject)
  })
  const stop = async () => {
    stopping.abort()
    await server.stop()
    await ended
  }
  return {
    url: prepared.url,
    socketDirectory,
    get pid() {
      return server.pid
    },
    failed,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
