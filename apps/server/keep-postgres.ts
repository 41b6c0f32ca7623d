import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { RunningPostgres } from '../../base/server/embedded-postgres/start-postgres.ts'

export interface KeepOptions {
  readonly start: () => Promise<RunningPostgres>
  readonly log: Pick<Logger, 'info' | 'error'>
  /** Called once when it could not be brought back; the server should end. */
  readonly gaveUp: (why: string) => void
  readonly firstWaitMilliseconds?: number
  readonly attempts?: number
}

export interface KeptPostgres {
  readonly url: string
  isRunning(): boolean
  stop(): Promise<void>
}

/**
 * A database that dies is started again on the same data and the same socket, so that every pool and the sealer find it
 * where it was. When it keeps failing the server gives up rather than answer without a record.
 */
export async function keepPostgres({
  start,
  log,
  gaveUp,
  firstWaitMilliseconds = 200,
  attempts = 8,
}: KeepOptions): Promise<KeptPostgres> {
  let running: RunningPostgres | undefined = await start()
  const { url } = running
  const stopping = new AbortController()

  const watch = async () => {
    while (running) {
      const exit = await running.exited
      running = undefined
      if (stopping.signal.aborted) return
      log.error({ exit }, 'the database ended by itself and is started again')
      running = await again()
    }
  }
  const again = async (): Promise<RunningPostgres | undefined> => {
    let last: unknown
    for (let attempt = 0; attempt < attempts; attempt++) {
      await wait(firstWaitMilliseconds * 2 ** Math.min(attempt, 6), undefined, { signal: stopping.signal })
      try {
        const started = await start()
        log.info({ pid: started.pid, attempt }, 'the database is back')
        return started
      } catch (error) {
        last = error
        log.error({ error, attempt }, 'the database does not start')
      }
    }
    gaveUp(
      `The database ended and did not start again: ${last instanceof Error ? last.message : String(last)}`,
    )
    return undefined
  }
  const watched = watch().catch((error) => {
    if (!stopping.signal.aborted) throw error
  })
  return {
    url,
    isRunning: () => running !== undefined,
    stop: async () => {
      stopping.abort()
      await running?.stop()
      await watched
      // A start that was under way when the stop came.
      await running?.stop()
    },
  }
}
