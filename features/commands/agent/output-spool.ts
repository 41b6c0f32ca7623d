import { closeSync, ftruncateSync, openSync, readSync, statSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { OUTPUT_KEPT_BYTES, OutputTrack } from '../common/wire.ts'
import { OutputTail } from './output-tail.ts'
import { PieceBuffer } from './piece-buffer.ts'
import { gapPiece, sumPieces } from './pieces.ts'

const PENDING_BYTES_MAX = 512 * 1024
const FLUSH_MILLISECONDS = 10
/** Headers of many tiny pieces count too: the file is never longer than this plus the tail. */
const FILE_BYTES_MAX = OUTPUT_KEPT_BYTES + 16 * 1024 * 1024

/** Disk space shared by the outputs that the server does not have yet. */
export interface SpoolBudget {
  usedBytes: number
  readonly limitBytes: number
}

/**
 * One command's output on disk, as pieces, until the server has it. Memory stays bounded: reading is paused while the
 * disk is behind, and beyond the cap bytes are counted and only the newest kept.
 */
export class OutputSpool {
  readonly #path: string
  readonly #budget: SpoolBudget
  readonly #grown: () => void
  readonly #tail = new OutputTail()
  #file: Promise<FileHandle> | undefined
  #pending = new PieceBuffer()
  /** Being written, or free. */
  #spare = new PieceBuffer()
  #flushing: Promise<void> | undefined
  #flushedAt = 0
  #timer: NodeJS.Timeout | undefined
  #keptBytes = 0
  #lostBytes = 0
  #full = false
  #removed = false
  #room: (() => void)[] = []
  #written = 0
  stdoutBytes = 0
  stderrBytes = 0
  droppedBytes = 0

  constructor(path: string, budget: SpoolBudget, grown: () => void) {
    this.#path = path
    this.#budget = budget
    this.#grown = grown
  }

  /** Takes over what an earlier run of the agent left; a torn end is cut off. */
  static recover(path: string, budget: SpoolBudget, grown: () => void): OutputSpool {
    const spool = new OutputSpool(path, budget, grown)
    const length = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (length === 0) return spool
    const descriptor = openSync(path, 'r+')
    try {
      const sums = sumPieces(length, (offset, bytes) => {
        const buffer = Buffer.alloc(bytes)
        return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, offset))
      })
      ftruncateSync(descriptor, sums.wholeBytes)
      spool.#written = sums.wholeBytes
      spool.stdoutBytes = sums.stdoutBytes
      spool.stderrBytes = sums.stderrBytes
      spool.droppedBytes = sums.droppedBytes
      budget.usedBytes += sums.wholeBytes
    } finally {
      closeSync(descriptor)
    }
    return spool
  }

  /** Bytes of pieces that can be sent. */
  get length(): number {
    return this.#written
  }

  /** True while the disk is behind: stop reading until `whenRoom`. */
  get isBehind(): boolean {
    return this.#pending.length >= PENDING_BYTES_MAX
  }

  whenRoom(resume: () => void): void {
    this.#room.push(resume)
  }

  /** Copies what it keeps. @param track 1 stdout, 2 stderr. @param at milliseconds since 1970. */
  take(track: number, bytes: Uint8Array, at: number): void {
    if (track === OutputTrack.stdout) this.stdoutBytes += bytes.length
    else this.stderrBytes += bytes.length
    const room = this.#full ? 0 : Math.max(0, OUTPUT_KEPT_BYTES - this.#keptBytes)
    if (room > 0) this.#keep(track, bytes.subarray(0, room), at)
    if (bytes.length > room) {
      this.#full = true
      this.#tail.add(track, bytes.subarray(room), at)
    }
  }

  /** Writes what is left, the gap and the tail. After it nothing is taken. */
  async finish(at: number): Promise<void> {
    clearTimeout(this.#timer)
    await this.#flushing
    await this.#flush()
    this.droppedBytes = this.#lostBytes + this.#tail.total - this.#tail.length
    if (this.#tail.total === 0) return
    const gap = this.droppedBytes > 0 ? [gapPiece(this.droppedBytes, at)] : []
    const isWritten = await this.#write(Buffer.concat([...gap, ...this.#tail.pieces()]))
    // A disk that refuses even this leaves no other place for it.
    if (!isWritten) this.droppedBytes = this.#lostBytes + this.#tail.total
  }

  /** Fills `into` from that offset. @returns how many bytes; none when the file cannot be read. */
  async read(offset: number, into: Uint8Array): Promise<number> {
    try {
      const file = await this.#opened()
      return (await file.read(into, 0, into.length, offset)).bytesRead
    } catch {
      return 0
    }
  }

  async remove(): Promise<void> {
    if (this.#removed) return
    this.#removed = true
    clearTimeout(this.#timer)
    this.#budget.usedBytes -= this.#written
    await this.#file?.then((file) => file.close()).catch(() => {})
    await unlink(this.#path).catch(() => {})
  }

  #keep(track: number, bytes: Uint8Array, at: number): void {
    this.#keptBytes += bytes.length
    this.#pending.add(track, bytes, at)
    this.#schedule()
  }

  /** The first bytes go at once; under a steady stream many reads share one write. */
  #schedule(): void {
    if (this.#flushing !== undefined || this.#timer !== undefined) return
    const wait = Math.max(0, this.#flushedAt + FLUSH_MILLISECONDS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined
        this.#flushedAt = performance.now()
        for (const resume of this.#room.splice(0)) resume()
        if (this.#pending.length > 0) this.#schedule()
      })
    }, wait)
  }

  async #flush(): Promise<void> {
    const filled = this.#pending
    if (filled.length === 0) return
    this.#pending = this.#spare
    this.#spare = filled
    if (await this.#write(filled.bytes)) this.#closeWhenLong()
    else {
      // The disk refused: from here on only the tail is kept.
      const isTailEmpty = this.#tail.total === 0
      this.#full = true
      filled.forEach((track, bytes, at) => {
        if (isTailEmpty) this.#tail.add(track, bytes, at)
        else this.#lostBytes += bytes.length
      })
    }
    filled.clear()
  }

  #closeWhenLong(): void {
    if (this.#written >= FILE_BYTES_MAX || this.#budget.usedBytes >= this.#budget.limitBytes)
      this.#full = true
  }

  async #write(bytes: Buffer): Promise<boolean> {
    if (bytes.length === 0 || this.#removed) return true
    try {
      const file = await this.#opened()
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, this.#written + done)
        done += bytesWritten
      }
    } catch {
      await this.#file?.then((file) => file.truncate(this.#written)).catch(() => {})
      return false
    }
    this.#written += bytes.length
    this.#budget.usedBytes += bytes.length
    this.#grown()
    return true
  }

  #opened(): Promise<FileHandle> {
    this.#file ??= open(this.#path, this.#written === 0 ? 'w+' : 'r+', 0o600)
    return this.#file
  }
}
