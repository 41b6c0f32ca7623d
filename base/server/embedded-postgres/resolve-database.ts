import { checkExternalDatabase } from './external-database.ts'
import { keepPostgres } from './keep-postgres.ts'

export interface DatabaseConfig {
  /** DATABASE_URL: any PostgreSQL ≥ 15. */
  readonly databaseUrl: string | undefined
  /** ANNALS_POSTGRES_BIN: an installation on this machine, run by us on a cluster of ours. */
  readonly postgresBin: string | undefined
  readonly dataDirectory: string
}

export interface ResolvedDatabase extends AsyncDisposable {
  readonly kind: 'external' | 'local' | 'embedded'
  readonly url: string
  /** The server process, where it is ours. */
  readonly pid: number | undefined
  /** Resolves, with the reason, when a database of ours can no longer be kept running. */
  readonly failed: Promise<Error>
}

/**
 * The database this installation uses: DATABASE_URL, else the installation named by ANNALS_POSTGRES_BIN, else the one
 * that npm installed. Returns when it answers. Disposing stops what was started, and nothing else.
 * @throws StartupRefusal naming the setting that is wrong.
 */
export async function resolveDatabase(
  config: DatabaseConfig,
  onLog: (line: string) => void = () => {},
): Promise<ResolvedDatabase> {
  const { databaseUrl, postgresBin, dataDirectory } = config
  if (databaseUrl !== undefined) {
    await checkExternalDatabase(databaseUrl)
    return {
      kind: 'external',
      url: databaseUrl,
      pid: undefined,
      failed: new Promise<Error>(() => {}),
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const kept = await keepPostgres({ dataDirectory, onLog, binDirectory: postgresBin })
  return {
    kind: postgresBin === undefined ? 'embedded' : 'local',
    url: kept.url,
    get pid() {
      return kept.pid
    },
    failed: kept.failed,
    [Symbol.asyncDispose]: kept.stop,
  }
}
