import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PieceReader } from '../../common/piece.ts'

/** What the server has not confirmed for this long goes to disk; in the usual case nothing ever does. */
const FLUSH_MILLISECONDS = 100
/** What nobody waits to see goes with what comes next, or after this. */
const UNHURRIED_MILLISECONDS = 10
const FILE_BYTES_MAX = 1024 * 1024
/** Of what is on disk as well, so much at most stays in memory. */
const MEMORY_BYTES_MAX = 256 * 1024

interface SpoolFile {
  readonly start: number
  readonly path: string
  length: number
}

export interface SpoolOptions {
  readonly directory: string
  /** Names of its files are `<id>.<offset of the first byte>`. */
  readonly id: string
  /** There is more to send. */
  readonly grown: () => void
  readonly failed: (error: Error) => void
  /** Something was read to be sent: there is room for more. */
  readonly shrunk?: () => void
}

/**
 * One terminal's piece stream from the byte on that the server does not have durably: in memory, and on disk as soon as the
 * server lags, so that neither a lost link nor a killed agent loses more than the last moment. It keeps everything; whoever
 * fills it stops when it `isFull`.
 */
export class PieceSpool {
  readonly #options: SpoolOptions
  #files: SpoolFile[] = []
  #memory: Uint8Array[] = []
  /** Offset of the first byte in memory; everything before it that is still needed is on disk. */
  #memoryStart: number
  #memoryBytes = 0
  #acknowledged: number
  /** Behind what was read last, to be sent. */
  #readTo = 0
  #written: number
  #end: number
  #file: Promise<FileHandle> | undefined
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #growing: NodeJS.Timeout | undefined
  #isRemoved = false

  private constructor(options: SpoolOptions, files: SpoolFile[]) {
    this.#options = options
    this.#files = files
    const last = files.at(-1)
    this.#end = last ? last.start + last.length : 0
    this.#written = this.#end
    this.#memoryStart = this.#end
    this.#acknowledged = files[0]?.start ?? 0
  }

  static begin(options: SpoolOptions): PieceSpool {
    return new PieceSpool(options, [])
  }

  /**
   * Takes over what an earlier run of the agent left; a torn end is cut off. What is not in one row with the last file the
   * server had already.
   */
  static recover(options: SpoolOptions): PieceSpool {
    const files = readdirSync(options.directory)
      .filter((name) => name.startsWith(`${options.id}.`))
      .map((name) => ({
        start: Number(name.slice(options.id.length + 1)),
        path: join(options.directory, name),
      }))
      .sort((a, b) => a.start - b.start)
      .map((file) => ({ ...file, length: wholePieces(file.path) }))
    const row: SpoolFile[] = []
    for (const file of files) {
      const before = row.at(-1)
      if (before && before.start + before.length !== file.start) row.length = 0
      row.push(file)
    }
    return new PieceSpool(options, row)
  }

  /** Offset behind the last byte. */
  get length(): number {
    return this.#end
  }

  /** Bytes that nobody has asked for yet: they wait to be shown. */
  get unread(): number {
    return this.#end - Math.max(this.#readTo, this.#acknowledged)
  }

  /** Bytes the server does not have. */
  get backlog(): number {
    return this.#end - this.#acknowledged
  }

  /**
   * @param bytes whole pieces, kept as they are: they must not be written to again
   * @param isShown somebody may be waiting to see it
   */
  add(bytes: Uint8Array, { isShown = true } = {}): void {
    this.#memory.push(bytes)
    this.#memoryBytes += bytes.length
    this.#end += bytes.length
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MILLISECONDS)
    if (isShown) this.#grown()
    else this.#growing ??= setTimeout(() => this.#grown(), UNHURRIED_MILLISECONDS)
  }

  /** The server has everything before `offset`. */
  acknowledged(offset: number): void {
    if (offset <= this.#acknowledged) return
    // After a power cut the server may have more than this disk does.
    if (offset > this.#end) this.#skipTo(offset)
    this.#acknowledged = offset
    this.#trim()
    while (this.#files.length > 0 && this.#files[0]!.start + this.#files[0]!.length <= offset) {
      const file = this.#files[0]!
      if (this.#files.length === 1 && this.#flushing !== undefined) break
      this.#files.shift()
      if (this.#files.length === 0) this.#closeFile()
      void unlink(file.path).catch(() => {})
    }
  }

  /** Fills `into` from that offset. @returns how many bytes; none when there are none */
  async read(offset: number, into: Uint8Array): Promise<number> {
    if (offset >= this.#memoryStart) {
      const filled = this.#readMemory(offset, into)
      this.#readTo = offset + filled
      this.#options.shrunk?.()
      return filled
    }
    const file = this.#files.findLast(({ start }) => start <= offset)
    if (file === undefined) return 0
    const length = Math.min(into.length, file.start + file.length - offset)
    try {
      const handle = await open(file.path, 'r')
      try {
        return (await handle.read(into, 0, length, offset - file.start)).bytesRead
      } finally {
        await handle.close()
      }
    } catch (error) {
      this.#options.failed(error as Error)
      return 0
    }
  }

  /** Everything added so far is on disk, or with the server. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#flushing
    await this.#write()
  }

  async remove(): Promise<void> {
    this.#isRemoved = true
    clearTimeout(this.#timer)
    clearTimeout(this.#growing)
    await this.#flushing
    this.#closeFile()
    for (const { path } of this.#files) await unlink(path).catch(() => {})
    this.#files = []
  }

  static removeAll(directory: string, id: string): void {
    for (const name of readdirSync(directory)) if (name.startsWith(`${id}.`)) rmSync(join(directory, name))
  }

  #grown(): void {
    clearTimeout(this.#growing)
    this.#growing = undefined
    this.#options.grown()
  }

  #readMemory(offset: number, into: Uint8Array): number {
    let at = this.#memoryStart
    let filled = 0
    for (const bytes of this.#memory) {
      const from = Math.max(0, offset + filled - at)
      if (from < bytes.length) {
        const part = bytes.subarray(from, from + into.length - filled)
        into.set(part, filled)
        filled += part.length
        if (filled === into.length) return filled
      }
      at += bytes.length
    }
    return filled
  }

  /** Whole pieces, as much as one file should hold. */
  #memoryFrom(start: number): Buffer {
    const parts: Uint8Array[] = []
    let at = this.#memoryStart
    let length = 0
    for (const part of this.#memory) {
      if (at >= start && length < FILE_BYTES_MAX) {
        parts.push(part)
        length += part.length
      }
      at += part.length
    }
    return Buffer.concat(parts)
  }

  /** What the server has goes; what is on disk goes when there is much of it. */
  #trim(): void {
    while (this.#memory.length > 0) {
      const end = this.#memoryStart + this.#memory[0]!.length
      const isDone = end <= this.#acknowledged
      const isOnDisk = end <= this.#written && this.#memoryBytes > MEMORY_BYTES_MAX
      if (!isDone && !isOnDisk) return
      this.#memoryBytes -= this.#memory.shift()!.length
      this.#memoryStart = end
    }
  }

  #skipTo(offset: number): void {
    this.#memory = []
    this.#memoryBytes = 0
    this.#memoryStart = offset
    this.#written = offset
    this.#end = offset
  }

  #flush(): void {
    this.#timer = undefined
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined
      if (this.#written < this.#end && !this.#isRemoved)
        this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MILLISECONDS)
    })
  }

  async #write(): Promise<void> {
    while (this.#written < this.#end && !this.#isRemoved) {
      // What has arrived meanwhile needs no disk: a new file then begins behind it.
      const start = Math.max(this.#written, this.#memoryStart)
      if (start > this.#written && this.#files.length > 0 && this.#files.at(-1)!.length > 0) this.#closeFile()
      const bytes = this.#memoryFrom(start)
      try {
        await this.#append(start, bytes)
      } catch (error) {
        this.#options.failed(error as Error)
        return
      }
      this.#written = start + bytes.length
      this.#trim()
    }
  }

  async #append(start: number, bytes: Uint8Array): Promise<void> {
    let file = this.#files.at(-1)
    const follows = file !== undefined && file.start + file.length === start && file.length < FILE_BYTES_MAX
    if (!follows || this.#file === undefined) {
      this.#closeFile()
      const path = join(this.#options.directory, `${this.#options.id}.${start}`)
      file = { start, path, length: 0 }
      this.#file = open(path, 'w', 0o600)
      await this.#file
      this.#files.push(file)
    }
    const handle = await this.#file!
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, file!.length)
      done += bytesWritten
      file!.length += bytesWritten
    }
  }

  #closeFile(): void {
    const file = this.#file
    this.#file = undefined
    void file?.then((handle) => handle.close()).catch(() => {})
  }
}

/** Cuts off a piece that is not whole. Every file begins with a whole one. */
function wholePieces(path: string): number {
  const bytes = readFileSync(path)
  const reader = new PieceReader()
  try {
    reader.read(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  if (reader.end < bytes.length) truncateSync(path, reader.end)
  return reader.end
}
