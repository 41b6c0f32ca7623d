import type { Logger } from 'pino'
import type { Config } from '../../base/server/config.ts'
import { startPostgres } from '../../base/server/embedded-postgres/start-postgres.ts'
import { keepPostgres } from './keep-postgres.ts'
import { refuseOldPostgres } from './postgres-version.ts'

export interface Storage extends AsyncDisposable {
  readonly url: string
  /** For the operator: which database this is, without its password. */
  readonly description: string
  /** Why it is not there now; undefined while it is. */
  missing(): string | undefined
}

export interface StorageOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'postgresBin' | 'dataDirectory'>
  readonly log: Logger
  readonly gaveUp: (why: string) => void
}

/** DATABASE_URL, else a PostgreSQL of our own: the one ANNALS_POSTGRES_BIN names, else the one npm installed. */
export async function openStorage({ config, log, gaveUp }: StorageOptions): Promise<Storage> {
  const { databaseUrl, postgresBin, dataDirectory } = config
  if (databaseUrl !== undefined) {
    await refuseOldPostgres(databaseUrl)
    return {
      url: databaseUrl,
      description: withoutPassword(databaseUrl),
      missing: () => undefined,
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const onLog = (line: string) => log.info({ line }, 'postgres')
  const kept = await keepPostgres({
    start: () => startPostgres({ dataDirectory, onLog, binDirectory: postgresBin }),
    log,
    gaveUp,
  })
  return {
    url: kept.url,
    description: postgresBin === undefined ? 'PostgreSQL from npm' : `PostgreSQL in ${postgresBin}`,
    missing: () => (kept.isRunning() ? undefined : 'it ended and is being started again'),
    [Symbol.asyncDispose]: kept.stop,
  }
}

export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the database of DATABASE_URL'
  const { hostname, port, pathname, searchParams } = new URL(url)
  return `${hostname || searchParams.get('host') || 'local socket'}${port && `:${port}`}${pathname}`
}
