import type { Logger } from 'pino'
import type { Config } from '../../base/server/config.ts'
import { resolveDatabase } from '../../base/server/embedded-postgres/resolve-database.ts'

export interface Storage extends AsyncDisposable {
  readonly url: string
  /** For the operator: which database this is, without its password. */
  readonly description: string
}

export interface StorageOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'postgresBin' | 'dataDirectory'>
  readonly log: Logger
  /** Called once when a database of ours cannot be kept running; the server should end. */
  readonly gaveUp: (why: string) => void
}

export async function openStorage({ config, log, gaveUp }: StorageOptions): Promise<Storage> {
  const database = await resolveDatabase(config, (line) => log.info({ line }, 'postgres'))
  void database.failed.then((reason) => gaveUp(reason.message))
  const descriptions = {
    external: () => `PostgreSQL at ${withoutPassword(database.url)}`,
    local: () => `PostgreSQL of ${config.postgresBin}`,
    embedded: () => 'PostgreSQL of its own',
  }
  return {
    url: database.url,
    description: descriptions[database.kind](),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL'
  const { hostname, port, pathname, searchParams } = new URL(url)
  return `${hostname || searchParams.get('host') || 'a local socket'}${port && `:${port}`}${pathname}`
}
