import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartupRefusal } from '../startup-refusal.ts'

export interface BackedUpFile {
  /** Below the backup's directory, with `/`. */
  readonly path: string
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** `manifest.json`, the last file of a backup to be written: a backup without it was not finished. */
export interface Manifest {
  readonly format: 'annals-backup/1'
  readonly startedAt: string
  readonly finishedAt: string
  /** undefined: the database was DATABASE_URL's, and is not in this backup. */
  readonly database?: { readonly postgresMajor: number; readonly startLsn: string; readonly stopLsn: string }
  /** Directories, also those without files, which PostgreSQL insists on. */
  readonly directories: readonly string[]
  readonly files: readonly BackedUpFile[]
}

export const manifestName = 'manifest.json'
/** The parts of a data directory that are kept. `agent` and `run` belong to the machine, `postgres-binaries` to npm. */
export const backedUpParts = ['postgres', 'blobs', 'keys'] as const

const safePath = new RegExp(`^(${backedUpParts.join('|')})(/(?!\\.\\.?(/|$))[^/\\0]+)*$`)

/** @throws StartupRefusal if it is missing, of another format, or names a path outside the backup. */
export function readManifest(backup: string): Manifest {
  let manifest: Manifest
  try {
    manifest = JSON.parse(readFileSync(join(backup, manifestName), 'utf8')) as Manifest
  } catch (cause) {
    throw new StartupRefusal(
      `${backup} is not a finished backup: ${join(backup, manifestName)} cannot be read.`,
      { cause },
    )
  }
  if (manifest.format !== 'annals-backup/1') {
    throw new StartupRefusal(
      `${backup} is a backup of the format ${manifest.format}, which this Annals cannot restore.`,
    )
  }
  for (const path of [...manifest.directories, ...manifest.files.map((file) => file.path)]) {
    if (!safePath.test(path))
      throw new StartupRefusal(`The manifest of ${backup} names ${path}, which is no part of a backup.`)
  }
  for (const { path, size } of manifest.files) {
    const found = lstatSync(join(backup, path), { throwIfNoEntry: false })
    if (!found?.isFile()) throw new StartupRefusal(`The backup is damaged: ${path} is missing.`)
    if (found.size !== size) {
      throw new StartupRefusal(
        `The backup is damaged: ${path} has ${found.size} bytes and should have ${size}.`,
      )
    }
  }
  return manifest
}
