import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartupRefusal } from './startup-refusal.ts'

export interface DirectoryLock extends Disposable {
  release(): void
}

interface Holder {
  readonly pid: number
  readonly host: string
  readonly since: string
}

// A lock nobody refers to any more must not be collected, for that would release it.
const held = new Set<DatabaseSync>()

/**
 * Takes `<dataDirectory>/run/<purpose>.lock` until `release()` or the end of this process.
 *
 * The lock is the kernel's own (fcntl, by way of SQLite, the only advisory lock Node offers): it goes when its
 * process goes, whatever killed it, so no lock is ever stale, no pid is compared, and of two simultaneous starters
 * exactly one wins, also from two containers that share the directory. Children do not inherit it.
 * @param patienceMilliseconds how long to wait, for a process that was just killed needs a moment to be gone.
 * @throws StartupRefusal naming the process that holds it.
 */
export function lockDirectory(
  dataDirectory: string,
  purpose = 'server',
  patienceMilliseconds = 500,
): DirectoryLock {
  const run = join(dataDirectory, 'run')
  const lockFile = join(run, `${purpose}.lock`)
  const holderFile = join(run, `${purpose}.json`)
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(run, { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(lockFile, { timeout: patienceMilliseconds })
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (cause) {
    lock?.close()
    throw refusal(dataDirectory, purpose, holderFile, cause)
  }
  const taken = lock
  held.add(taken)
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  writeFileSync(holderFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
  leaveToOwner(dataDirectory, [run, lockFile, holderFile])
  const release = () => {
    if (held.delete(taken)) taken.close()
  }
  return { release, [Symbol.dispose]: release }
}

function refusal(dataDirectory: string, purpose: string, holderFile: string, cause: unknown): StartupRefusal {
  const busy = (cause as { errcode?: number }).errcode === 5
  if (!busy) {
    return new StartupRefusal(
      `${join(dataDirectory, 'run')} cannot be locked (${String(cause)}). ANNALS_DATA must be a directory this user can write, on a filesystem with file locks.`,
      { cause },
    )
  }
  return new StartupRefusal(
    `Another Annals ${purpose === 'server' ? 'server' : 'process'}${describeHolder(holderFile)} is using ${dataDirectory}. Stop it first, or set ANNALS_DATA to another directory.`,
  )
}

/** A backup made by root must not leave files that the ordinary user whose data this is cannot open. */
function leaveToOwner(dataDirectory: string, paths: readonly string[]): void {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = statSync(dataDirectory)
  for (const path of paths) chownSync(path, uid, gid)
}

function describeHolder(holderFile: string): string {
  try {
    const holder = JSON.parse(readFileSync(holderFile, 'utf8')) as Holder
    return ` (pid ${holder.pid} on ${holder.host}, since ${holder.since})`
  } catch {
    return ''
  }
}
