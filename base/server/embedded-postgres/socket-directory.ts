import { createHash } from 'node:crypto'
import { chmodSync, chownSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { StartupRefusal } from './startup-refusal.ts'

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the last one NUL. */
const longestPathBytes = 103
const socketName = '.s.PGSQL.5432'

/**
 * The directory that will hold the server's socket: `<data>/run/postgres`, or when that is too long for a socket's
 * path a directory below the temporary one, whose name follows from the data directory's.
 */
export function socketDirectoryFor(dataDirectory: string): string {
  const usual = join(dataDirectory, 'run', 'postgres')
  if (fits(usual)) return usual
  const name = `annals-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16)}`
  const temporary = join(tmpdir(), name)
  return fits(temporary) ? temporary : join('/tmp', name)
}

/** Makes it afresh, 0700 and the account's own. Only the holder of the data directory's lock may call this. */
export function prepareSocketDirectory(directory: string, account: Account): string {
  const own = process.geteuid?.() ?? 0
  const found = lstatSync(directory, { throwIfNoEntry: false })
  if (found && (!found.isDirectory() || (found.uid !== account.uid && found.uid !== own))) {
    throw new StartupRefusal(
      `${directory} is needed for the database's socket but belongs to somebody else. Remove it, or set ANNALS_DATA to a shorter path.`,
    )
  }
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { mode: 0o700 })
  chmodSync(directory, 0o700)
  if (own === 0) chownSync(directory, account.uid, account.gid)
  return realpathSync(directory)
}

export function databaseUrl(socketDirectory: string, user: string, database: string): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(socketDirectory)}`
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= longestPathBytes
}
