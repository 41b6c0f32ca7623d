import { execFile, spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  fchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'

const MADE_AT_ONCE = 24
const LOW = 9

const READ_BYTES = 64 * 1024

/** One direction between the agent and a process. */
export interface Pipe {
  /** Given to the process; to be closed here once it runs. */
  readonly childDescriptor: number
  readonly socket: Socket
}

/** Takes what was read; the bytes are overwritten by the next read. @returns false to stop reading for now. */
export type TakeBytes = (bytes: Uint8Array, socket: Socket) => boolean

/**
 * Real pipes for a command's standard streams. What Node makes by itself are sockets, and those are not the same to a
 * program: /dev/stderr cannot be opened, and bash takes a socket on its input for a remote login and reads ~/.bashrc.
 * Named pipes are made ahead, opened at both ends, given to the account and unlinked.
 */
export class PipePool {
  readonly #directory: string
  #paths: string[] = []
  #counter = 0
  #filling = false

  constructor(directory: string) {
    this.#directory = join(directory, 'pipes')
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    for (const left of readdirSync(this.#directory)) rmSync(join(this.#directory, left))
  }

  /** The process writes, the agent reads: always into the same memory, so that a flood leaves nothing to clean up. */
  fromProcess(uid: number, take: TakeBytes): Pipe {
    const path = this.#take()
    const own = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const childDescriptor = openSync(path, constants.O_WRONLY)
    this.#handOver(path, childDescriptor, uid)
    const callback = (length: number, memory: Uint8Array): boolean => take(memory.subarray(0, length), socket)
    const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback }
    const socket: Socket = new Socket({ fd: own, readable: true, writable: false, onread })
    socket.pause()
    return { childDescriptor, socket }
  }

  /** The agent writes, the process reads. */
  toProcess(uid: number): Pipe {
    const path = this.#take()
    // Opening one end waits for the other; an end that is both does not.
    const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    const childDescriptor = openSync(path, constants.O_RDONLY)
    const own = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
    closeSync(both)
    this.#handOver(path, childDescriptor, uid)
    return { childDescriptor, socket: new Socket({ fd: own, readable: false, writable: true }) }
  }

  /** Makes pipes in the background, so that a command does not wait for it. */
  fill(): void {
    if (this.#filling || this.#paths.length >= LOW) return
    this.#filling = true
    const paths = this.#nextPaths()
    execFile('mkfifo', ['-m', '600', ...paths], (error) => {
      this.#filling = false
      if (error === null) this.#paths.push(...paths)
    })
  }

  #take(): string {
    let path = this.#paths.pop()
    if (path === undefined) {
      const paths = this.#nextPaths()
      const made = spawnSync('mkfifo', ['-m', '600', ...paths])
      if (made.status !== 0)
        throw new Error('This server cannot make pipes: mkfifo failed. Install the package coreutils.')
      this.#paths.push(...paths)
      path = this.#paths.pop()!
    }
    this.fill()
    return path
  }

  #nextPaths(): string[] {
    return Array.from({ length: MADE_AT_ONCE }, () => join(this.#directory, String(this.#counter++)))
  }

  #handOver(path: string, descriptor: number, uid: number): void {
    // Its owner may open it again as /dev/stdout, as with a pipe the account had made itself.
    if (process.geteuid?.() === 0) fchownSync(descriptor, uid, -1)
    unlinkSync(path)
  }
}
