import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackedUpFile } from './manifest.ts'

/** Writes and syncs one new file below `root`. */
export async function writeWhole(root: string, path: string, text: string): Promise<BackedUpFile> {
  await using file = await open(join(root, path), 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
  const bytes = Buffer.from(text)
  return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
