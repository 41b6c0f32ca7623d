import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentPart, AgentPort } from '../../../wire/agent/agent-port.ts'
import type { Order } from '../../../wire/common/messages.ts'
import { EndOrder, RunOrder } from '../common/wire.ts'
import { Delivery } from './delivery.ts'
import { OutputSpool, type SpoolBudget } from './output-spool.ts'
import { PipePool } from './pipe-pool.ts'
import { recoverRuns } from './recover.ts'
import { type Ending, type FinishedReport, RunStore } from './run-store.ts'
import { GRACE_MILLISECONDS, RunningCommand } from './running-command.ts'

export { type Account, AccountRefusal, findAccount, groupName } from './account.ts'
export { type InternalTask, tellInternalTask } from './internal-task.ts'
export { LAUNCH_PRELUDE, LAUNCHER_ENVIRONMENT, launchAs } from './launcher.ts'
export { isSameProcess, markOf, type ProcessMark, signalGroup } from './process-group.ts'

export interface CommandsAgentOptions {
  /** Commands that run at once; more wait their turn. */
  readonly runningMax?: number | undefined
  /** Disk space for outputs that the server does not have yet. */
  readonly spoolBytesMax?: number | undefined
}

const STOPPED = {
  errorPhase: 'agent_disconnected',
  reason: 'The agent on this server was stopped while the command ran.',
} as const

const NOTHING = { stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0 }

/** Runs commands on this machine: each at most once, whatever is restarted when. */
export class CommandsAgent implements AgentPart {
  readonly orders = {
    'command.run': (order: Order, remember: () => void) => this.#take(order, remember),
    'command.stop': (order: Order, remember: () => void) => this.#end(order, remember),
    'command.cancel': (order: Order, remember: () => void) => this.#end(order, remember),
  }
  readonly #port: AgentPort
  readonly #runs: RunStore
  readonly #pipes: PipePool
  readonly #budget: SpoolBudget
  readonly #runningMax: number
  readonly #running = new Map<string, RunningCommand>()
  /** Everything that must have come to its end before the store is closed. */
  readonly #underWay = new Set<Promise<void>>()
  #waiting: Order[] = []
  #isStopping = false

  constructor(port: AgentPort, options: CommandsAgentOptions = {}) {
    this.#port = port
    this.#runs = new RunStore(port.store)
    this.#pipes = new PipePool(port.directory)
    this.#budget = { usedBytes: 0, limitBytes: options.spoolBytesMax ?? 2 * 1024 ** 3 }
    this.#runningMax = options.runningMax ?? 200
    mkdirSync(join(port.directory, 'spool'), { recursive: true, mode: 0o700 })
  }

  readonly running = (): readonly string[] => [...this.#running.keys()]

  /** Picks up what an earlier run of the agent left. To be called once, before the link opens. */
  async start(): Promise<void> {
    this.#pipes.fill()
    this.#waiting = await recoverRuns({
      port: this.#port,
      runs: this.#runs,
      spoolDirectory: join(this.#port.directory, 'spool'),
      deliver: (id) => this.#deliver(id, true),
    })
    this.#startWaiting()
  }

  readonly stop = async (): Promise<void> => {
    this.#isStopping = true
    for (const command of this.#running.values()) command.interrupt(STOPPED)
    const killer = setTimeout(() => {
      for (const command of this.#running.values()) command.killNow()
    }, GRACE_MILLISECONDS)
    // A start that was under way adds its command's end.
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    clearTimeout(killer)
  }

  async #take(order: Order, remember: () => void): Promise<void> {
    RunOrder.parse(order.body)
    const { reports, store } = this.#port
    const accepted = { commandId: order.id }
    if (this.#mayHaveRun(order)) {
      const reason =
        'This agent lost its memory after the command was submitted, so it cannot know whether it has run already. It was not run now.'
      await store.write(() => {
        remember()
        reports.append('command.accepted', accepted, { keep: true })
        this.#reportUnstarted(order.id, 'agent_disconnected', reason)
      })
      return
    }
    if (this.#running.size >= this.#runningMax) {
      this.#waiting.push(order)
      await store.write(() => {
        remember()
        reports.append('command.accepted', accepted, { keep: true })
        this.#runs.waiting(order)
      })
      return
    }
    const begun = this.#begin(order, () => {
      remember()
      reports.append('command.accepted', accepted, { keep: true })
    })
    this.#track(begun)
    await begun
  }

  /** @param first what must be on disk together with the start. */
  async #begin(order: Order, first: () => void): Promise<void> {
    const { store, reports, streams, now } = this.#port
    const { id } = order
    const { spool, delivery } = this.#deliver(id)
    const command = new RunningCommand(this.#port, id, RunOrder.parse(order.body), spool)
    this.#running.set(id, command)
    try {
      const mark = await command.prepare(this.#pipes)
      const startedAt = now().toISOString()
      await store.write(() => {
        first()
        reports.append('command.started', { commandId: id, pid: mark.pid }, { at: startedAt, keep: true })
        this.#runs.running(id, mark, startedAt)
      })
    } catch (error) {
      command.forsake()
      this.#running.delete(id)
      streams.remove(id)
      await store.write(() => {
        first()
        this.#reportUnstarted(id, 'spawn_failed', (error as Error).message)
        this.#runs.remove(id)
      })
      return this.#startWaiting()
    }
    if (this.#isStopping) command.interrupt(STOPPED)
    this.#track(this.#finish(command, delivery))
  }

  async #finish(command: RunningCommand, delivery: Delivery): Promise<void> {
    try {
      await delivery.ended(await command.run())
    } catch (error) {
      this.#port.log.error(`Command ${command.id} could not be followed: ${(error as Error).stack}`)
    } finally {
      this.#running.delete(command.id)
      this.#startWaiting()
    }
  }

  /** `command.stop` ends a command that runs; both keep one from starting that has not, also one that has not come yet. */
  async #end(order: Order, remember: () => void): Promise<void> {
    const { commandId, reason } = EndOrder.parse(order.body)
    const { store, reports, ledger } = this.#port
    const command = this.#running.get(commandId)
    const isWaiting = this.#waiting.some((waiting) => waiting.id === commandId)
    this.#waiting = this.#waiting.filter((waiting) => waiting.id !== commandId)
    const isUnknown = command === undefined && !ledger.has(commandId)
    await store.write(() => {
      remember()
      if (isUnknown) ledger.remember({ id: commandId, kind: 'command.run', body: null })
      if (!isUnknown && !isWaiting) return
      reports.append('command.cancelled', { commandId }, { keep: true })
      this.#runs.remove(commandId)
    })
    if (order.kind === 'command.stop') command?.interrupt({ errorPhase: null, reason: `Stopped: ${reason}` })
  }

  #startWaiting(): void {
    while (!this.#isStopping && this.#waiting.length > 0 && this.#running.size < this.#runningMax) {
      const order = this.#waiting.shift()!
      this.#track(this.#begin(order, () => {}))
    }
  }

  #deliver(id: string, left = false): { spool: OutputSpool; delivery: Delivery } {
    const path = join(this.#port.directory, 'spool', id)
    const grown = () => this.#port.streams.grown(id)
    const spool = left
      ? OutputSpool.recover(path, this.#budget, grown)
      : new OutputSpool(path, this.#budget, grown)
    return { spool, delivery: new Delivery(this.#port, this.#runs, id, spool) }
  }

  /** An order from before this agent's memory begins may have been carried out by it, unremembered. */
  #mayHaveRun(order: Order): boolean {
    const since = this.#port.reports.remembersSince
    return since !== null && Date.parse(RunOrder.parse(order.body).submittedAt) <= Date.parse(since)
  }

  #reportUnstarted(commandId: string, errorPhase: Ending['errorPhase'], reason: string): void {
    const ending = {
      exitCode: null,
      signal: null,
      errorPhase,
      reason: reason.slice(0, 1000),
      elapsedMilliseconds: null,
    }
    const body: FinishedReport = { commandId, ...ending, ...NOTHING, streamBytes: 0 }
    this.#port.reports.append('command.finished', body, { keep: true })
  }

  #track(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => this.#port.log.error(`A command could not be handled: ${String(error)}`))
      .finally(() => this.#underWay.delete(watched))
    this.#underWay.add(watched)
  }
}
