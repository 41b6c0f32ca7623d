import { chownSync, closeSync, statSync, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { foregroundGroup, modesOf, openMaster, setSize, type TerminalModes } from './libc.ts'

const RETRY_MILLISECONDS = 5
const WRITE_BYTES_MAX = 64 * 1024
/** Every terminal is read into the same place, one read after another: the kernel gives no more than this at a time. */
const readInto = Buffer.alloc(4096)

/** Our end of a pseudo-terminal: what the program prints comes out, what is typed goes in. */
export class PseudoTerminal {
  /** The program's end. */
  readonly path: string
  readonly #fd: number
  #stream: ReadStream | undefined
  #waiting: { bytes: Uint8Array; written: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /** @throws Error with a sentence */
  constructor(cols: number, rows: number) {
    const { fd, path } = openMaster()
    this.#fd = fd
    this.path = path
    setSize(fd, cols, rows)
  }

  /** The program's end belongs to the account, as after a login. */
  giveTo(uid: number): void {
    const { uid: owner, gid } = statSync(this.path)
    if (owner !== uid) chownSync(this.path, uid, gid)
  }

  /** To be called once. `ended`: every program has let go of its end, and everything it printed was read. */
  read(take: (bytes: Buffer) => void, ended: () => void): void {
    const onread = {
      buffer: readInto,
      callback: (length: number) => {
        take(Buffer.from(readInto.subarray(0, length)))
        return true
      },
    }
    const stream = new ReadStream(this.#fd, { onread } as ConstructorParameters<typeof ReadStream>[1])
    this.#stream = stream
    // The last one to let go makes reading fail: that is how a terminal ends.
    stream.on('error', () => stream.destroy())
    stream.on('close', () => {
      this.#isClosed = true
      clearTimeout(this.#timer)
      ended()
    })
    stream.resume()
  }

  pause(): void {
    this.#stream?.pause()
  }

  resume(): void {
    this.#stream?.resume()
  }

  /** Writes in order, never blocking: a program that does not read is waited for. */
  write(bytes: Uint8Array, written: () => void): void {
    this.#waiting.push({ bytes, written })
    if (this.#timer === undefined) this.#writeOn()
  }

  resize(cols: number, rows: number): void {
    if (!this.#isClosed) setSize(this.#fd, cols, rows)
  }

  get modes(): TerminalModes | undefined {
    return this.#isClosed ? undefined : modesOf(this.#fd)
  }

  get foregroundGroup(): number | undefined {
    return this.#isClosed ? undefined : foregroundGroup(this.#fd)
  }

  /** Hangs up: whoever still has the other end is told so by the kernel. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    if (this.#stream) this.#stream.destroy()
    else closeSync(this.#fd)
  }

  #writeOn(): void {
    this.#timer = undefined
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const first = this.#waiting[0]!
      const count = this.#tryWrite(first.bytes)
      if (count < first.bytes.length) {
        first.bytes = first.bytes.subarray(count)
        this.#timer = setTimeout(() => this.#writeOn(), RETRY_MILLISECONDS)
        return
      }
      this.#waiting.shift()
      first.written()
    }
  }

  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes, 0, Math.min(bytes.length, WRITE_BYTES_MAX))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') return 0
      // The terminal is ending: nobody will read this.
      return bytes.length
    }
  }
}
