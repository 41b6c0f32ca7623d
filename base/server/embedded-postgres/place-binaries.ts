import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Account, canTraverse } from './account.ts'
import { makeOpenDirectory } from './open-directory.ts'
import { runVersion } from './run-version.ts'
import { StartupRefusal } from './startup-refusal.ts'

export interface Placement {
  /** The package's `native` directory: bin, lib, share and pg-symlinks.json. */
  readonly native: string
  readonly version: string
  readonly dataDirectory: string
  readonly account: Account
}

/**
 * Puts the shipped programs where the account can run them and makes the library links that npm cannot ship.
 * node_modules may lie below a directory of root's that the account cannot search, and a running database should
 * outlive an `npm ci`. Hard links where the filesystem allows, so that it costs 10 ms and no space; copies elsewhere.
 * Atomic by rename: whoever finds the directory finds all of it. The caller holds the lock
 * of the data directory, so an older version in it is nobody's any more and goes.
 * @returns the directory that holds bin, lib and share.
 */
export function placeBinaries({ native, version, dataDirectory, account }: Placement): string {
  const refusals: string[] = []
  for (const parent of candidateParents(dataDirectory)) {
    const target = join(parent, version)
    try {
      if (!canTraverse(account, nearestExisting(parent)))
        throw new Error(`uid ${account.uid} cannot reach it`)
      makeOpenDirectory(parent)
      refuseUnsafe(parent)
      if (!existsSync(target)) placeIn(target, native, account)
      if (parent.startsWith(dataDirectory)) removeOthers(parent, version)
      return target
    } catch (cause) {
      refusals.push(`${target}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
  throw new StartupRefusal(
    `The shipped PostgreSQL could not be placed where uid ${account.uid} can run it:\n  ${refusals.join('\n  ')}\nSet ANNALS_DATA to a directory that user can reach, or use DATABASE_URL or ANNALS_POSTGRES_BIN.`,
  )
}

function candidateParents(dataDirectory: string): string[] {
  const uid = process.geteuid?.() ?? 0
  const shared = `annals-postgres-${uid}`
  return [
    join(dataDirectory, 'postgres-binaries'),
    ...(uid === 0 ? ['/var/cache/annals/postgres-binaries'] : []),
    join('/var/tmp', shared),
    join(tmpdir(), shared),
  ]
}

function removeOthers(parent: string, version: string): void {
  for (const name of readdirSync(parent)) {
    if (name !== version) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** In a directory that everyone may write, somebody else may have been there first. */
function refuseUnsafe(directory: string): void {
  const { uid, mode } = lstatSync(directory)
  if (!lstatSync(directory).isDirectory() || uid !== (process.geteuid?.() ?? uid) || (mode & 0o022) !== 0) {
    throw new Error('it is not a directory that belongs to this user alone')
  }
}

function placeIn(target: string, native: string, account: Account): void {
  const unfinished = `${target}.${process.pid}-${Math.random().toString(36).slice(2)}.new`
  try {
    copyTree(native, unfinished)
    makeLinks(native, unfinished)
    runVersion(join(unfinished, 'bin'), account)
    renameSync(unfinished, target)
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another process may have placed the same version in the meantime.
    if (!existsSync(target)) throw cause
  }
}

function copyTree(from: string, to: string): void {
  mkdirSync(to, { mode: 0o755 })
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) copyTree(source, target)
    else if (entry.isFile()) linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  const { mode } = statSync(source)
  // A link shares its source's mode, and a umask of 077 at installation would hide it from the account.
  if ((mode & 0o004) !== 0 || process.geteuid?.() !== 0) {
    try {
      linkSync(source, target)
      return
    } catch {
      // Another filesystem, or a kernel that lets nobody link what they do not own.
    }
  }
  copyFileSync(source, target)
  chmodSync(target, (mode & 0o111) !== 0 ? 0o755 : 0o644)
}

/** npm packs no symbolic links; the package lists them and would make them in an install script, which we never run. */
function makeLinks(native: string, placed: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(placed, target.replace(/^native\//, ''))
    if (existsSync(path) || dirname(source) !== dirname(target)) continue
    symlinkSync(basename(source), path)
  }
}
