import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import pg from 'pg'
import { superuser } from '../initialize-cluster.ts'
import { databaseName } from '../prepare.ts'
import { databaseUrl, socketDirectoryFor } from '../socket-directory.ts'
import { startPostgres } from '../start-postgres.ts'
import { StartupRefusal } from '../startup-refusal.ts'
import { copyCluster } from './cluster.ts'
import { type CopiedTree, copyTree, syncDirectories } from './copy.ts'
import { type Manifest, manifestName } from './manifest.ts'
import { writeWhole } from './write-whole.ts'

export interface BackupOptions {
  readonly dataDirectory: string
  /** A directory that is empty or is not there yet. */
  readonly to: string
  /** true: the database is DATABASE_URL's and is backed up by its own tools. */
  readonly externalDatabase: boolean
  readonly binDirectory?: string | undefined
  readonly onLog?: (line: string) => void
}

/**
 * Copies an installation while it runs: the database first and then what its rows point at, so that nothing a row of
 * the copy names is missing from it.
 */
export async function backUp(options: BackupOptions): Promise<Manifest> {
  const { externalDatabase, onLog = () => {} } = options
  if (!existsSync(options.dataDirectory)) {
    throw new StartupRefusal(
      `There is no data in ${options.dataDirectory}. Set ANNALS_DATA to the data directory.`,
    )
  }
  const dataDirectory = realpathSync(options.dataDirectory)
  const to = prepareTarget(options.to, dataDirectory)
  const startedAt = new Date().toISOString()
  await using _held = externalDatabase ? undefined : await holdRemovals(dataDirectory)
  const cluster = externalDatabase ? undefined : await copyOwnCluster(dataDirectory, to, options, onLog)
  const parts: CopiedTree[] = cluster ? [cluster] : []
  for (const part of ['blobs', 'keys']) parts.push(await copyTree(dataDirectory, to, part))
  const directories = parts.flatMap((part) => part.directories)
  const manifest: Manifest = {
    format: 'annals-backup/1',
    startedAt,
    finishedAt: new Date().toISOString(),
    ...(cluster && { database: cluster.database }),
    directories,
    files: parts.flatMap((part) => part.files),
  }
  await syncDirectories(to, directories)
  await writeWhole(to, manifestName, `${JSON.stringify(manifest, undefined, 1)}\n`)
  await syncDirectories(to, [])
  return manifest
}

/**
 * While it is held nothing takes away blobs that rows of the copied database name (advisory lock 7300, 4).
 * @returns undefined where no server runs: then nobody can
 */
async function holdRemovals(dataDirectory: string): Promise<AsyncDisposable | undefined> {
  const url = databaseUrl(socketDirectoryFor(dataDirectory), superuser, databaseName)
  if (!(await answers(url))) return undefined
  const client = new pg.Client({ connectionString: url, application_name: 'annals backup' })
  await client.connect()
  await client.query('select pg_advisory_lock_shared(7300, 4)')
  return { [Symbol.asyncDispose]: () => client.end() }
}

function prepareTarget(path: string, dataDirectory: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const to = realpathSync(path)
  if (readdirSync(to).length > 0)
    throw new StartupRefusal(`${to} is not empty. Name a new directory for each backup.`)
  if (!relative(dataDirectory, to).startsWith('..')) {
    throw new StartupRefusal(
      `${to} lies in the data directory itself. Put the backup elsewhere, best on another disk.`,
    )
  }
  return to
}

/** From the running server if there is one, else from one started for the purpose. */
async function copyOwnCluster(
  dataDirectory: string,
  to: string,
  { binDirectory }: BackupOptions,
  onLog: (line: string) => void,
): ReturnType<typeof copyCluster> {
  if (!existsSync(join(dataDirectory, 'postgres'))) {
    throw new StartupRefusal(`${dataDirectory} has no database. Set ANNALS_DATA to the data directory.`)
  }
  const url = databaseUrl(socketDirectoryFor(dataDirectory), superuser, databaseName)
  if (await answers(url)) return await copyCluster(url, dataDirectory, to)
  onLog('The server is not running: starting its database for the backup.')
  await using started = await startPostgres({ dataDirectory, binDirectory })
  return await copyCluster(started.url, dataDirectory, to)
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    return true
  } catch (cause) {
    if (['ENOENT', 'ECONNREFUSED'].includes((cause as { code?: string }).code ?? '')) return false
    throw cause
  } finally {
    await client.end().catch(() => {})
  }
}
