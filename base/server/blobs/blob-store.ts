import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Bytes too large for a row. A file system here; an object store fits behind the same port. */
export interface BlobStore {
  /** Opens a blob to be appended to; made when it is not there. `length` is what survived. */
  append(name: string): Promise<BlobWriter>
  /** @param end exclusive */
  read(name: string, range?: { start?: number; end?: number }): AsyncIterable<Uint8Array>
  /** Undefined when there is no such blob. */
  size(name: string): Promise<number | undefined>
  remove(name: string): Promise<void>
}

export interface BlobWriter {
  readonly length: number
  write(bytes: Uint8Array): Promise<void>
  /** Cuts the blob back: what was written beyond is gone. */
  truncate(length: number): Promise<void>
  /** Returns when everything written is on disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

const safeName = /^[a-z0-9-]+(\/[a-z0-9.-]+)+$/

export function fileBlobStore(directory: string): BlobStore {
  const pathOf = (name: string) => {
    if (!safeName.test(name) || name.includes('..')) throw new Error(`${name} is not a blob name`)
    return join(directory, name)
  }
  return {
    async append(name) {
      const path = pathOf(name)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await open(path, 'a+', 0o600)
      const { size } = await file.stat()
      if (size === 0) await syncDirectory(dirname(path))
      return writer(file, size)
    },
    async *read(name, { start = 0, end } = {}) {
      if (end !== undefined && end <= start) return
      yield* createReadStream(pathOf(name), { start, ...(end === undefined ? {} : { end: end - 1 }) })
    },
    async size(name) {
      try {
        return (await stat(pathOf(name))).size
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
  }
}

function writer(file: FileHandle, size: number): BlobWriter {
  let length = size
  return {
    get length() {
      return length
    },
    async write(bytes) {
      await file.appendFile(bytes)
      length += bytes.length
    },
    async truncate(to) {
      await file.truncate(to)
      length = to
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}

/** A new file is only there after a crash when its directory was synced too. */
async function syncDirectory(path: string) {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Hexadecimal SHA-256 of a blob. */
export async function blobHash(blobs: BlobStore, name: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of blobs.read(name)) hash.update(bytes)
  return hash.digest('hex')
}
