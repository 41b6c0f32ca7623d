import { mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartupRefusal } from '../startup-refusal.ts'
import { copyFile, syncDirectories } from './copy.ts'
import { type Manifest, readManifest } from './manifest.ts'

export interface RestoreOptions {
  /** A finished backup. */
  readonly from: string
  /** A directory that is empty or is not there yet. */
  readonly dataDirectory: string
}

/**
 * Copies a backup into a new data directory, checking every file against the manifest on the way. Nothing stays if one
 * does not match. The first start replays the log and, as root, hands the cluster to the database's account.
 */
export async function restore({ from, dataDirectory }: RestoreOptions): Promise<Manifest> {
  const manifest = readManifest(from)
  mkdirSync(dataDirectory, { recursive: true, mode: process.geteuid?.() === 0 ? 0o711 : 0o700 })
  const to = realpathSync(dataDirectory)
  if (readdirSync(to).length > 0) {
    throw new StartupRefusal(
      `${to} is not empty. A backup is restored into a new directory: nothing is ever overwritten.`,
    )
  }
  try {
    for (const directory of manifest.directories)
      mkdirSync(join(to, directory), { recursive: true, mode: 0o700 })
    for (const { path, sha256 } of manifest.files) {
      const copied = await copyFile(join(from, path), join(to, path))
      if (copied?.sha256 !== sha256) {
        throw new StartupRefusal(
          `The backup is damaged: ${path} is not what it was when it was made. Nothing was restored.`,
        )
      }
    }
    await syncDirectories(to, manifest.directories)
  } catch (cause) {
    for (const name of readdirSync(to)) rmSync(join(to, name), { recursive: true, force: true })
    throw cause
  }
  return manifest
}
