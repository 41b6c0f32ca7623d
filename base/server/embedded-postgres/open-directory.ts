import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a directory, and those above it, that every account may enter and read, whatever the umask says. */
export function makeOpenDirectory(path: string): void {
  if (existsSync(path)) return
  makeOpenDirectory(dirname(path))
  mkdirSync(path, { recursive: true })
  chmodSync(path, 0o755)
}
