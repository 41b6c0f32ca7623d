import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { AgentPart, AgentPort } from '../../../../wire/agent/agent-port.ts'
import { type Order, TERMINALS_VERSION } from '../../../../wire/common/messages.ts'
import {
  type Account,
  findAccount,
  groupName,
  type InternalTask,
  isSameProcess,
  markOf,
  signalGroup,
} from '../../../commands/agent/index.ts'
import { CloseOrder, OpenOrder } from '../../common/wire.ts'
import { HeldTerminal, type HeldTerminalOptions } from './held-terminal.ts'
import { PieceSpool } from './piece-spool.ts'
import { RecordDelivery } from './record-delivery.ts'
import { ShellScripts } from './shell-scripts.ts'
import { type Ending, TerminalStore } from './terminal-store.ts'

const IDLE_CHECK_MILLISECONDS = 1000
const UNLINKED_BYTES = 64 * 1024 * 1024
/** The server lets four times as much be under way before it waits: a few keys need no word. */
const TOLD_BYTES = 16 * 1024

export interface TerminalsAgentOptions {
  /** Makes what the agent did by itself a row of the Commands page. */
  readonly tellTask: (task: InternalTask) => Promise<void>
  /** Terminals at once. */
  readonly terminalsMax?: number | undefined
  /** Bytes kept of each terminal while there is no link, on disk mostly. */
  readonly unlinkedBytesMax?: number | undefined
  /** Milliseconds of a clock that only goes forward: by it a terminal has been idle for long. */
  readonly idleClock?: (() => number) | undefined
}

/** Holds terminals on this machine: each opened at most once, alive whoever is linked or looks. */
export class TerminalsAgent implements AgentPart {
  readonly orders = {
    'terminal.open': (order: Order, remember: () => void) => this.#open(order, remember),
    'terminal.close': (order: Order, remember: () => void) => this.#close(order, remember),
  }
  readonly #port: AgentPort
  readonly #store: TerminalStore
  readonly #options: TerminalsAgentOptions
  readonly #directory: string
  readonly #scripts = new ShellScripts()
  readonly #held = new Map<string, HeldTerminal>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #idleTimer: NodeJS.Timeout
  #isLinked = false
  #isStopping = false

  constructor(port: AgentPort, options: TerminalsAgentOptions) {
    this.#port = port
    this.#store = new TerminalStore(port.store)
    this.#options = options
    this.#directory = join(port.directory, 'terminals')
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    this.#idleTimer = setInterval(() => {
      for (const terminal of this.#held.values()) terminal.checkIdle()
    }, IDLE_CHECK_MILLISECONDS)
    this.#idleTimer.unref()
  }

  /** Picks up what an earlier run of the agent left. To be called once, before the link opens. */
  async start(): Promise<void> {
    const left = this.#store.all()
    for (const name of readdirSync(this.#directory))
      if (!left.some(({ id }) => name.startsWith(id))) rmSync(join(this.#directory, name))
    for (const terminal of left) {
      const { spool, delivery } = this.#deliver(terminal.id, true)
      if (terminal.state === 'ended') await delivery.ended(terminal.ending)
      else {
        if (isSameProcess(terminal.mark)) signalGroup(terminal.mark.pid, 'SIGKILL')
        await delivery.ended(interrupted(this.#port.now()))
      }
      // A stream without a byte is never offered: nothing has to be waited for.
      if (spool.length === 0) spool.acknowledged(0)
    }
  }

  readonly linked = (version: number): void => {
    this.#isLinked = true
    if (version < TERMINALS_VERSION) return
    const items = [...this.#held.values()].map(({ id, accepted, length }) => ({
      terminal: id,
      taken: accepted,
      length,
    }))
    this.#port.send({ t: 'terminals', items })
    for (const terminal of this.#held.values()) terminal.attend()
  }

  readonly unlinked = (): void => {
    this.#isLinked = false
    for (const terminal of this.#held.values()) terminal.attend()
  }

  readonly input = (id: string, offset: number, bytes: Uint8Array): void =>
    this.#held.get(id)?.input(offset, bytes)

  readonly resize = (id: string, cols: number, rows: number): void => this.#held.get(id)?.resize(cols, rows)

  readonly stop = async (): Promise<void> => {
    this.#isStopping = true
    clearInterval(this.#idleTimer)
    for (const terminal of this.#held.values()) terminal.end('The agent on this server was stopped.')
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    this.#scripts.remove()
  }

  async #open(order: Order, remember: () => void): Promise<void> {
    const { store, reports, now } = this.#port
    const asked = OpenOrder.parse(order.body)
    const startedAt = now()
    const began = performance.now()
    const line = `open a terminal as ${asked.account ?? 'the account of the agent'}`
    const told = (exitCode: number, result: string) =>
      this.#options.tellTask({
        line,
        result,
        exitCode,
        startedAt,
        elapsedMilliseconds: performance.now() - began,
      })
    let terminal: HeldTerminal | undefined
    const delivery = this.#deliver(order.id, false)
    try {
      if (this.#isStopping) throw new Error('The agent on this server is stopping.')
      if (this.#held.size >= (this.#options.terminalsMax ?? 500))
        throw new Error(`There are ${this.#held.size} terminals on this server already.`)
      const account = await findAccount(asked.account, null)
      const { launch, note } = this.#launchFor(account, asked)
      terminal = await HeldTerminal.prepare(
        this.#optionsFor(order.id, asked, account, delivery.spool, launch, note),
      )
      const started = {
        terminalId: order.id,
        pid: terminal.pid,
        account: account.name,
        group: await groupName(account.gid),
        uid: account.uid,
        gid: account.gid,
        shell: account.shell,
        shellIntegration: note.integration,
      }
      const mark = markOf(terminal.pid)
      await store.write(() => {
        remember()
        reports.append('terminal.started', started, { at: startedAt.toISOString(), keep: true })
        this.#store.running(order.id, mark, startedAt.toISOString())
      })
    } catch (error) {
      terminal?.forsake()
      this.#port.streams.remove(order.id)
      await delivery.spool.remove()
      const why = (error as Error).message.slice(0, 300)
      await store.write(() => {
        remember()
        reports.append('terminal.failed', { terminalId: order.id, why }, { keep: true })
      })
      await told(1, why)
      return
    }
    this.#held.set(order.id, terminal)
    this.#track(this.#follow(terminal, delivery.delivery))
    if (this.#isStopping) terminal.end('The agent on this server was stopped.')
    await told(0, `terminal ${order.id}`)
  }

  async #follow(terminal: HeldTerminal, delivery: RecordDelivery): Promise<void> {
    try {
      const end = await terminal.run()
      this.#held.delete(terminal.id)
      await delivery.ended({ at: this.#port.now().toISOString(), how: 'ended', ...end })
    } finally {
      this.#held.delete(terminal.id)
    }
  }

  async #close(order: Order, remember: () => void): Promise<void> {
    const { terminalId, reason } = CloseOrder.parse(order.body)
    this.#held.get(terminalId)?.end(reason)
    await this.#port.store.write(remember)
  }

  #launchFor(account: Account, asked: OpenOrder) {
    const nonce = randomBytes(16).toString('hex')
    const start = asked.shellIntegration ? this.#scripts.launch(account.shell, nonce) : undefined
    const launch = { argv: start?.argv ?? ['-l'], environment: start?.env ?? {} }
    const nonceHash = createHash('sha256').update(nonce).digest('hex')
    const note = {
      note: 'shell' as const,
      shell: basename(account.shell),
      integration: start !== undefined,
      ...(start && { nonceHash }),
    }
    return { launch, note }
  }

  #optionsFor(
    id: string,
    order: OpenOrder,
    account: Account,
    spool: PieceSpool,
    launch: HeldTerminalOptions['launch'],
    note: HeldTerminalOptions['note'],
  ): HeldTerminalOptions {
    let told = 0
    const taken = (bytes: number) => {
      if (bytes - told < TOLD_BYTES) return
      told = bytes
      this.#port.send({ t: 'terminal.taken', terminal: id, taken: bytes })
    }
    const { idleClock = () => performance.now(), unlinkedBytesMax = UNLINKED_BYTES } = this.#options
    const isLinked = () => this.#isLinked
    return { id, order, account, spool, launch, note, taken, idleClock, unlinkedBytesMax, isLinked }
  }

  #deliver(id: string, isLeft: boolean): { spool: PieceSpool; delivery: RecordDelivery } {
    const options = {
      directory: this.#directory,
      id,
      grown: () => this.#port.streams.grown(id),
      shrunk: () => this.#held.get(id)?.attend(),
      failed: (error: Error) =>
        this.#port.log.error(`What happens at terminal ${id} could not be stored: ${error.message}`),
    }
    const spool = isLeft ? PieceSpool.recover(options) : PieceSpool.begin(options)
    const moved = (isUnwanted: boolean) => {
      const terminal = this.#held.get(id)
      if (isUnwanted) terminal?.end('The server keeps no record of this terminal.')
      terminal?.attend()
    }
    return { spool, delivery: new RecordDelivery(this.#port, this.#store, { id, spool, moved }) }
  }

  #track(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => this.#port.log.error(`A terminal could not be handled: ${String(error)}`))
      .finally(() => this.#underWay.delete(watched))
    this.#underWay.add(watched)
  }
}

const interrupted = (at: Date): Ending => ({
  at: at.toISOString(),
  how: 'interrupted',
  exitCode: null,
  signal: null,
  reason: 'The agent on this server was killed while the terminal was open.',
  elapsedMilliseconds: null,
})
