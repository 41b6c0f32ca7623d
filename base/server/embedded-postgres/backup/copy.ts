import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackedUpFile } from './manifest.ts'

const blockBytes = 1024 * 1024

export interface CopiedTree {
  readonly directories: string[]
  readonly files: BackedUpFile[]
}

/**
 * Copies one file, as long as it is at the moment its end is reached, and syncs it. For the owner's eyes only (0600).
 * @returns undefined if there is no such file any more.
 */
export async function copyFile(from: string, to: string): Promise<Omit<BackedUpFile, 'path'> | undefined> {
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (!source) return undefined
  await using _source = source
  await using target = await open(to, 'wx', 0o600)
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(blockBytes)
  let size = 0
  for (;;) {
    const { bytesRead } = await source.read(block, 0, blockBytes, size)
    if (bytesRead === 0) break
    const bytes = block.subarray(0, bytesRead)
    hash.update(bytes)
    await target.write(bytes, 0, bytesRead, size)
    size += bytesRead
  }
  await target.sync()
  return { size, sha256: hash.digest('hex') }
}

/**
 * Copies `<from>/<name>` to `<to>/<name>` while others write in it: what vanishes meanwhile is left out. Files of one directory
 * are copied in the order of their names, so that bytes that move on to a later name meanwhile are there or here (`live-0`
 * to `pieces`, features/websh/server/recording).
 * @param skip says of a path below `from` whether to leave it out.
 */
export async function copyTree(
  from: string,
  to: string,
  name: string,
  skip: (path: string, isDirectory: boolean) => boolean = () => false,
): Promise<CopiedTree> {
  const copied: CopiedTree = { directories: [], files: [] }
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(from, path), { withFileTypes: true }).catch((cause) => {
      if (cause.code === 'ENOENT') return undefined
      throw cause
    })
    if (!entries) return
    await mkdir(join(to, path), { recursive: true, mode: 0o700 })
    copied.directories.push(path)
    for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const below = `${path}/${entry.name}`
      if (skip(below, entry.isDirectory())) continue
      if (entry.isDirectory()) await visit(below)
      else if (entry.isFile()) {
        const file = await copyFile(join(from, below), join(to, below))
        if (file) copied.files.push({ path: below, ...file })
      }
    }
  }
  await visit(name)
  return copied
}

/** Makes the names in these directories durable, as `sync` did the files' content. */
export async function syncDirectories(root: string, directories: readonly string[]): Promise<void> {
  for (const directory of ['', ...directories]) {
    await using handle = await open(join(root, directory), 'r')
    await handle.sync()
  }
}
