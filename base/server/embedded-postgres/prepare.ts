import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { databaseAccount } from './account.ts'
import { initializeCluster, superuser } from './initialize-cluster.ts'
import { embeddedInstallation, localInstallation } from './installation.ts'
import { clearLeftovers, clusterNameFor } from './leftover.ts'
import { type DirectoryLock, lockDirectory } from './lock-directory.ts'
import type { ServerRun } from './run-server.ts'
import { serverSettings, sharedBuffersMegabytesFor } from './settings.ts'
import { databaseUrl, prepareSocketDirectory, socketDirectoryFor } from './socket-directory.ts'

export interface PostgresOptions {
  /** Annals' data directory. The cluster is `postgres` in it. Made if there is none. */
  readonly dataDirectory: string
  /** One line of the server's log, or of ours about it. */
  readonly onLog?: (line: string) => void
  /** false: nothing is synced, for tests. Default true. */
  readonly durable?: boolean
  /** By default as the memory of the machine allows: see `sharedBuffersMegabytesFor`. */
  readonly sharedBuffersMegabytes?: number
  /** Default 64. */
  readonly maxConnections?: number
  /** Programs of a PostgreSQL ≥ 15 on this machine (ANNALS_POSTGRES_BIN) instead of those that npm installed. */
  readonly binDirectory?: string | undefined
  /** Further server settings, by name. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** Everything that is done once before a server can run, and again and again, on the cluster. */
export interface PreparedPostgres extends Disposable {
  readonly run: ServerRun
  readonly url: string
  /** Whether the cluster was made now, so that it has no database yet. */
  readonly isNew: boolean
  readonly urlOf: (database: string) => string
  /** Removes what an earlier server process left. Before each start. */
  clear(): Promise<void>
}

export const databaseName = 'annals'

export async function preparePostgres(options: PostgresOptions): Promise<PreparedPostgres> {
  const { onLog = () => {}, durable = true, maxConnections = 64 } = options
  const sharedBuffersMegabytes = options.sharedBuffersMegabytes ?? sharedBuffersMegabytesFor(memoryBytes())
  const dataDirectory = makeDataDirectory(options.dataDirectory)
  const lock: DirectoryLock = lockDirectory(dataDirectory, 'postgres')
  try {
    const clusterDirectory = join(dataDirectory, 'postgres')
    const account = databaseAccount(clusterDirectory)
    const installation = options.binDirectory
      ? localInstallation(options.binDirectory, account)
      : embeddedInstallation(dataDirectory, account)
    const isNew = await initializeCluster({ clusterDirectory, installation, account, durable })
    if (isNew) onLog(`Made a new database cluster in ${clusterDirectory}.`)
    await clearLeftovers(clusterDirectory, onLog)
    const socketDirectory = prepareSocketDirectory(socketDirectoryFor(dataDirectory), account)
    const settings = {
      ...serverSettings({
        major: installation.major,
        durable,
        sharedBuffersMegabytes,
        maxConnections,
        clusterName: clusterNameFor(clusterDirectory),
      }),
      ...options.settings,
    }
    const urlOf = (database: string) => databaseUrl(socketDirectory, superuser, database)
    return {
      run: { installation, account, clusterDirectory, socketDirectory, settings, onLog },
      url: urlOf(databaseName),
      isNew,
      urlOf,
      clear: async () => {
        await clearLeftovers(clusterDirectory, onLog)
        prepareSocketDirectory(socketDirectory, account)
      },
      [Symbol.dispose]: () => {
        rmSync(socketDirectory, { recursive: true, force: true })
        lock.release()
      },
    }
  } catch (cause) {
    lock.release()
    throw cause
  }
}

/** Root's data directory may be searched by others, though not listed, so that the database's account reaches its programs in it. */
function makeDataDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: process.geteuid?.() === 0 ? 0o711 : 0o700 })
  return realpathSync(path)
}

/** Of the container where there is one, else of the machine. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
