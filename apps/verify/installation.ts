import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CannotCheck } from './cannot-check.ts'
import { type PostgresAddress, parseAddress } from './postgres/address.ts'
import { PostgresConnection } from './postgres/connection.ts'

export interface OpenStore extends AsyncDisposable {
  readonly address: PostgresAddress
}

/**
 * The database of a data directory. One that runs is used as it is; one that does not is started for this, which is the only
 * time that anything outside this program and Node is loaded.
 * @throws CannotCheck
 */
export async function openInstallation(data: string): Promise<OpenStore> {
  await stat(data).catch((cause: Error) => {
    throw new CannotCheck(`There is no data directory ${data}.`, { cause })
  })
  if (!existsSync(join(data, 'postgres'))) {
    const url = process.env['DATABASE_URL']
    if (url === undefined) {
      throw new CannotCheck(
        `${data} holds no database. Set DATABASE_URL, or pass --database-url, to say where it is.`,
      )
    }
    return { address: parseAddress(url), [Symbol.asyncDispose]: async () => {} }
  }
  const { databaseUrl, socketDirectoryFor } = await import(
    '../../base/server/embedded-postgres/socket-directory.ts'
  )
  const { superuser } = await import('../../base/server/embedded-postgres/initialize-cluster.ts')
  const running = parseAddress(databaseUrl(socketDirectoryFor(data), superuser, 'annals'))
  if (await answers(running)) return { address: running, [Symbol.asyncDispose]: async () => {} }
  const { startPostgres } = await import('../../base/server/embedded-postgres/start-postgres.ts')
  const started = await startPostgres({
    dataDirectory: data,
    binDirectory: process.env['ANNALS_POSTGRES_BIN'],
  }).catch((cause: Error) => {
    throw new CannotCheck(`The database in ${data} could not be started: ${cause.message}`, { cause })
  })
  return { address: parseAddress(started.url), [Symbol.asyncDispose]: () => started.stop() }
}

async function answers(address: PostgresAddress): Promise<boolean> {
  try {
    const connection = await PostgresConnection.open(address)
    connection.close()
    return true
  } catch {
    return false
  }
}
