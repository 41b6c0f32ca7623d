import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { OutputTrack } from '../common/wire.ts'
import type { Account } from './account.ts'
import { LAUNCHER_ENVIRONMENT, launchAs, launchText } from './launcher.ts'
import type { OutputSpool } from './output-spool.ts'
import { Pace } from './pace.ts'
import type { PipePool } from './pipe-pool.ts'

const PIPES_MILLISECONDS = 1000

export interface Exit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** True when the account's shell was reached: what came after is the command's own doing. */
  readonly isStarted: boolean
  /** What kept the launcher from starting it, where it could say. */
  readonly launchFailure: string
  /** Something still held the output open when the command had ended. */
  readonly isOutputHeld: boolean
}

/** One operating-system process, in its own session, that does nothing until `go`. */
export class LaunchedProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly #child: ChildProcess
  readonly #stdin: { readonly socket: Socket; readonly bytes: Buffer } | undefined
  readonly #text: string

  /** @throws Error with a sentence when it cannot be started. */
  static async prepare(options: {
    line: string
    account: Account
    env: Readonly<Record<string, string>>
    stdin: string | null
    pipes: PipePool
    spool: OutputSpool
    now: () => Date
  }): Promise<LaunchedProcess> {
    const { account, pipes, stdin, spool, now } = options
    const launch = launchAs(account)
    const text = launchText(options.line, account, options.env)
    const input = stdin === null ? undefined : pipes.toProcess(account.uid)
    const pace = new Pace()
    const into = (track: number) => (bytes: Uint8Array, socket: Socket) => {
      spool.take(track, bytes, now().getTime())
      const wait = pace.take(bytes.length, performance.now())
      const goOn = () => void socket.resume()
      if (spool.isBehind) spool.whenRoom(goOn)
      else if (wait > 0) setTimeout(goOn, wait)
      else return true
      return false
    }
    const output = pipes.fromProcess(account.uid, into(OutputTrack.stdout))
    const errors = pipes.fromProcess(account.uid, into(OutputTrack.stderr))
    const given = [input, output, errors].flatMap((pipe) =>
      pipe === undefined ? [] : [pipe.childDescriptor],
    )
    try {
      const child = spawn(launch.file, launch.arguments, {
        cwd: '/',
        detached: true,
        env: LAUNCHER_ENVIRONMENT,
        stdio: [
          input?.childDescriptor ?? 'ignore',
          output.childDescriptor,
          errors.childDescriptor,
          'pipe',
          'pipe',
        ],
      })
      await spawned(child)
      for (const { socket } of [output, errors]) socket.on('error', () => {}).resume()
      return new LaunchedProcess(
        child,
        text,
        [output.socket, errors.socket],
        input && { socket: input.socket, bytes: Buffer.from(stdin!) },
      )
    } catch (error) {
      for (const pipe of [input, output, errors]) pipe?.socket.destroy()
      throw error
    } finally {
      for (const descriptor of given) closeSync(descriptor)
    }
  }

  private constructor(
    child: ChildProcess,
    text: string,
    outputs: readonly Socket[],
    stdin: { socket: Socket; bytes: Buffer } | undefined,
  ) {
    this.pid = child.pid!
    this.#child = child
    this.#stdin = stdin
    this.#text = text
    stdin?.socket.on('error', () => {})
    this.#control(3).on('error', () => {})
    this.exited = this.#follow(outputs)
  }

  /** From here on the command runs. */
  go(): void {
    ;(this.#control(3) as Socket).end(this.#text)
    this.#stdin?.socket.end(this.#stdin.bytes)
  }

  /** It was never wanted: the launcher sees the end of its orders and leaves. */
  forsake(): void {
    ;(this.#control(3) as Socket).end()
    this.#stdin?.socket.destroy()
  }

  #control(descriptor: 3 | 4): Socket {
    return this.#child.stdio[descriptor] as Socket
  }

  async #follow(outputs: readonly Socket[]): Promise<Exit> {
    let said = ''
    const control = this.#control(4)
    control.on('data', (chunk: Buffer) => {
      if (said.length < 1000) said += chunk.toString()
    })
    control.on('error', () => {})
    const controlClosed = closed(control)
    const outputsClosed = Promise.all(outputs.map(closed))
    const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      this.#child.once('exit', (code, name) => resolve([code, name]))
    })
    const isOutputHeld = await isLate(Promise.all([outputsClosed, controlClosed]), PIPES_MILLISECONDS)
    for (const socket of [...outputs, control, this.#control(3)]) socket.destroy()
    this.#stdin?.socket.destroy()
    const isStarted = said.endsWith('ready\n')
    return { exitCode, signal, isStarted, launchFailure: isStarted ? '' : said.trim(), isOutputHeld }
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(new Error(`The process could not be started: ${cause.message}.`, { cause })),
    )
  })
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve())
  })

async function isLate(awaited: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), milliseconds)
  })
  const isLate = await Promise.race([awaited.then(() => false), late])
  clearTimeout(timer)
  return isLate
}
