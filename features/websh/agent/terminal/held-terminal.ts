import { readFileSync } from 'node:fs'
import { type Account, signalGroup } from '../../../commands/agent/index.ts'
import { PieceTrack, resizeContent } from '../../common/piece.ts'
import type { OpenOrder, TerminalNote } from '../../common/wire.ts'
import { IdleLimit } from './idle-limit.ts'
import { LineMasks } from './line-masks.ts'
import { PieceLog } from './piece-log.ts'
import type { PieceSpool } from './piece-spool.ts'
import { PromptGuard } from './prompt-guard.ts'
import { PseudoTerminal } from './pseudo-terminal.ts'
import { TerminalProcess } from './terminal-process.ts'
import { TypedRecord } from './typed-record.ts'

/**
 * When the terminal is not read for now: while linked, beyond so much that is not sent (what is typed must not wait behind it);
 * while not linked, beyond what the disk here is to hold. How much may wait for the server's disk the server decides, which
 * lets in what answers a key; it stops before this.
 */
const UNSENT_BYTES = 16 * 1024
const BACKLOG_BYTES = 6 * 1024 * 1024
/** After the shell has ended: so long without output means that all of it was read; what others print goes on for so much at most. */
const QUIET_MILLISECONDS = 100
const DRAIN_BYTES_MAX = 1024 * 1024
/** What ignores a hang-up has so long. */
const GRACE_MILLISECONDS = 400
/**
 * A flood comes in reads of 4 KiB, which become pieces of so many bytes at most. What comes sooner after a piece than this
 * waits for more, so that an echo goes at once and a flood does not wake everybody on its way for each read.
 */
const GATHER_BYTES = 12 * 1024
const GATHER_MILLISECONDS = 3

export interface TerminalEnd {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly reason: string | null
  readonly elapsedMilliseconds: number
}

export interface HeldTerminalOptions {
  readonly id: string
  readonly order: OpenOrder
  readonly account: Account
  readonly spool: PieceSpool
  readonly isLinked: () => boolean
  /** What is known of the shell: the record begins with it. */
  readonly note: TerminalNote
  /** Bytes kept while there is no link. */
  readonly unlinkedBytesMax: number
  /** Milliseconds of a clock that only goes forward. */
  readonly idleClock: () => number
  /** So much input has been written to the terminal. */
  readonly taken: (bytes: number) => void
  readonly launch: {
    readonly argv: readonly string[]
    readonly environment: Readonly<Record<string, string>>
  }
}

/** One terminal on this machine: the pseudo-terminal, the shell in it, and everything that happens there. */
export class HeldTerminal {
  readonly id: string
  readonly #log: PieceLog
  readonly #masks: LineMasks
  readonly #record: TypedRecord
  #recordTimer: NodeJS.Timeout | undefined
  readonly #options: HeldTerminalOptions
  readonly #pty: PseudoTerminal
  readonly #process: TerminalProcess
  readonly #prompts: PromptGuard
  #gathered: Buffer[] = []
  #gatheredBytes = 0
  /** Stops waiting for more. */
  #stopGathering: (() => void) | undefined
  #flushedAt = Number.NEGATIVE_INFINITY
  #isPaused = false
  #isDraining = false
  #accepted = 0
  #taken = 0
  readonly #idle: IdleLimit
  #heardAt = performance.now()
  #reason: string | null = null
  #killer: NodeJS.Timeout | undefined
  readonly #readEnd: Promise<void>
  #whenReadEnds: () => void = () => {}

  /** @throws Error with a sentence when there can be none. */
  static async prepare(options: HeldTerminalOptions): Promise<HeldTerminal> {
    const { order, account, launch } = options
    const pty = new PseudoTerminal(order.cols, order.rows)
    try {
      pty.giveTo(account.uid)
      const process = await TerminalProcess.prepare({ account, tty: pty.path, ...launch })
      return new HeldTerminal(options, pty, process)
    } catch (error) {
      pty.close()
      throw error
    }
  }

  private constructor(options: HeldTerminalOptions, pty: PseudoTerminal, process: TerminalProcess) {
    this.id = options.id
    this.#log = new PieceLog(options.spool)
    this.#masks = new LineMasks(options.order.inputMasks, (...piece) => this.#log.add(...piece))
    this.#record = new TypedRecord(this.#masks.add)
    this.#options = options
    this.#idle = new IdleLimit(options.order.idleMinutes, options.idleClock())
    this.#pty = pty
    this.#process = process
    this.#prompts = new PromptGuard({
      modes: () => pty.modes,
      isBusy: () => isBusy(pty.foregroundGroup),
      now: () => this.#log.now,
      deliver: (bytes) => this.#type(bytes),
    })
    this.#readEnd = new Promise((resolve) => {
      this.#whenReadEnds = resolve
    })
  }

  get pid(): number {
    return this.#process.pid
  }

  /** Bytes of input so far, written or about to be. */
  get accepted(): number {
    return this.#accepted
  }

  /** Bytes of its stream so far. */
  get length(): number {
    return this.#options.spool.length
  }

  forsake(): void {
    this.#process.forsake()
    this.#pty.close()
  }

  /** Starts the shell. Resolves when it has ended and everything it printed is in the spool. */
  async run(): Promise<TerminalEnd> {
    const { cols, rows } = this.#options.order
    this.#size(cols, rows)
    this.#note(this.#options.note)
    this.#pty.read(
      (bytes) => this.#heard(bytes),
      () => this.#whenReadEnds(),
    )
    this.#process.go()
    const exit = await this.#process.exited
    clearTimeout(this.#killer)
    this.#prompts.stop()
    await this.#drained()
    this.#pty.close()
    await this.#readEnd
    this.#flush()
    const end = {
      exitCode: exit.exitCode,
      signal: exit.signal,
      reason: this.#reason ?? exit.launchFailure,
    }
    clearTimeout(this.#recordTimer)
    this.#record.finish()
    this.#masks.finish()
    this.#note({ note: 'exit', code: end.exitCode, signal: end.signal, reason: end.reason })
    return { ...end, elapsedMilliseconds: this.#log.now }
  }

  /** @param offset bytes of input before these. What came before is passed over, what would leave a hole as well. */
  input(offset: number, bytes: Uint8Array): void {
    const known = this.#accepted - offset
    if (known < 0 || known > bytes.length) {
      this.#options.taken(this.#taken)
      return
    }
    const fresh = Buffer.from(bytes.subarray(known))
    if (fresh.length === 0) return
    this.#accepted += fresh.length
    this.#typed()
    this.#flush()
    this.#prompts.type(fresh)
  }

  #type(bytes: Uint8Array): void {
    this.#flush()
    this.#record.typed(bytes, this.#pty.modes, this.#log.now)
    this.#awaitRecord()
    this.#pty.write(bytes, () => {
      this.#taken += bytes.length
      this.#options.taken(this.#taken)
    })
  }

  resize(cols: number, rows: number): void {
    this.#flush()
    this.#size(cols, rows)
    this.#pty.resize(cols, rows)
  }

  /** Hangs up, and kills what does not mind. */
  end(reason: string): void {
    if (this.#reason !== null) return
    this.#reason = reason
    for (const group of new Set([this.#pty.foregroundGroup, this.pid])) {
      signal(group, 'SIGHUP')
      signal(group, 'SIGCONT')
    }
    this.#killer = setTimeout(() => signalGroup(this.pid, 'SIGKILL'), GRACE_MILLISECONDS)
  }

  /** The server has more of it, or the link came or went. */
  attend(): void {
    const isFull = !this.#isDraining && this.#isFull()
    if (isFull && !this.#isPaused) this.#pty.pause()
    if (!isFull && this.#isPaused) this.#pty.resume()
    this.#isPaused = isFull
  }

  /** Warns or ends when nobody typed for long. To be called every second. */
  checkIdle(): void {
    const { idleMinutes } = this.#options.order
    if (this.#reason !== null) return
    const seconds = this.#idle.check(this.#options.idleClock())
    if (seconds === 0)
      this.end(`Nobody typed for ${idleMinutes === 1 ? 'a minute' : `${idleMinutes} minutes`}.`)
    else if (seconds !== undefined) this.#note({ note: 'idle', seconds })
  }

  #typed(): void {
    if (this.#idle.typed(this.#options.idleClock())) this.#note({ note: 'idle', seconds: 0 })
  }

  #size(cols: number, rows: number): void {
    this.#record.other(PieceTrack.resize, resizeContent(cols, rows), this.#log.now)
  }

  #note(note: TerminalNote): void {
    this.#record.other(PieceTrack.note, Buffer.from(JSON.stringify(note)), this.#log.now)
  }

  /** What waits for an echo does not wait for ever. */
  #awaitRecord(): void {
    clearTimeout(this.#recordTimer)
    const { until } = this.#record
    if (until === undefined) return
    const wait = Math.max(0, until - this.#log.now)
    this.#recordTimer = setTimeout(() => {
      this.#record.give(this.#log.now)
      this.#awaitRecord()
    }, wait)
  }

  #isFull(): boolean {
    const { spool, isLinked, unlinkedBytesMax } = this.#options
    if (!isLinked()) return spool.backlog >= unlinkedBytesMax
    return spool.unread >= UNSENT_BYTES || spool.backlog >= BACKLOG_BYTES
  }

  #heard(bytes: Buffer): void {
    this.#heardAt = performance.now()
    this.#gathered.push(bytes)
    this.#gatheredBytes += bytes.length
    const wait = this.#flushedAt + GATHER_MILLISECONDS - this.#heardAt
    if (this.#gatheredBytes >= GATHER_BYTES) this.#flush()
    else this.#stopGathering ??= after(wait, () => this.#flush())
  }

  #flush(): void {
    if (this.#gatheredBytes === 0) return
    this.#stopGathering?.()
    this.#stopGathering = undefined
    this.#flushedAt = performance.now()
    const bytes = this.#gathered.length === 1 ? this.#gathered[0]! : Buffer.concat(this.#gathered)
    this.#gathered = []
    this.#gatheredBytes = 0
    this.#prompts.printed(bytes)
    this.#record.printed(bytes, this.#log.now)
    this.#awaitRecord()
    this.attend()
  }

  /** What the shell printed at last may still have to be read, and others may hold its terminal open for ever. */
  async #drained(): Promise<void> {
    // The kernel holds little, so what is left is read whatever the server has.
    this.#isDraining = true
    this.attend()
    const most = this.#options.spool.length + DRAIN_BYTES_MAX
    this.#heardAt = performance.now()
    let isEnded = false
    const ended = this.#readEnd.then(() => {
      isEnded = true
    })
    while (!isEnded) {
      const isQuiet = performance.now() - this.#heardAt >= QUIET_MILLISECONDS
      if (isQuiet || this.#options.spool.length > most) return
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))])
    }
  }
}

/** @returns what calls it off */
function after(milliseconds: number, act: () => void): () => void {
  if (milliseconds <= 0) {
    const soon = setImmediate(act)
    return () => clearImmediate(soon)
  }
  const timer = setTimeout(act, milliseconds)
  return () => clearTimeout(timer)
}

/** Whether the first of a process group runs, or would if it had its turn. */
function isBusy(group: number | undefined): boolean {
  try {
    const stat = readFileSync(`/proc/${group}/stat`, 'latin1')
    return /^ [RD]/.test(stat.slice(stat.lastIndexOf(')') + 1))
  } catch {
    return false
  }
}

function signal(group: number | undefined, name: 'SIGHUP' | 'SIGCONT'): void {
  if (group === undefined || group <= 1) return
  try {
    process.kill(-group, name)
  } catch {
    // It is gone already.
  }
}
