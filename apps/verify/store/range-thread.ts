import { parentPort, workerData } from 'node:worker_threads'
import type { PostgresAddress } from '../postgres/address.ts'
import { PostgresConnection } from '../postgres/connection.ts'
import type { Lookups } from './columns.ts'
import type { FromThread, ToThread } from './range.ts'
import { RangeReader } from './range-reader.ts'
import { onSnapshot } from './snapshot.ts'

/** One thread: its own connection on the shared snapshot, ranges until it is told to finish. */
export interface ThreadStart {
  readonly address: PostgresAddress
  readonly snapshot: string
  readonly lookups: Lookups
  /** Only entries below this number are counted. */
  readonly counted: number
}

const { address, snapshot, lookups, counted } = workerData as ThreadStart
const port = parentPort!
const say = (message: FromThread) => port.postMessage(message)

try {
  const connection = await PostgresConnection.open(address)
  for (const statement of onSnapshot(snapshot)) await connection.execute(statement)
  const reader = new RangeReader(connection, lookups, counted)
  let busy: Promise<void> = Promise.resolve()
  port.on('message', (message: ToThread) => {
    busy = busy.then(async () => {
      try {
        if ('range' in message) return say({ report: await reader.read(message.range) })
        say({ counts: reader.counter.counts })
      } catch (error) {
        say({ failed: (error as Error).message })
      }
      connection.close()
      port.close()
    })
  })
} catch (error) {
  say({ failed: (error as Error).message })
  port.close()
}
