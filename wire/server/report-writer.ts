import type { Logger } from 'pino'
import { z } from 'zod'
import {
  type ArrivedReport,
  HOLE,
  type LinkReactions,
  type ReportBatch,
  type ReportHandler,
} from './agent-link.ts'
import type { AgentStore, PositionStep } from './agent-store.ts'
import { holeInsteadOf } from './hole.ts'
import { isPoison } from './poison.ts'

/** One connection, as the writer sees it. */
export interface ReportSource {
  readonly agentId: string
  /** Reports up to here are stored. */
  committed(upTo: number): void
  /** Another connection or server moved this agent's position: this one must not go on. */
  outrun(): void
}

interface ReportWriterOptions<Tx> {
  readonly store: AgentStore<Tx>
  readonly reactions: readonly LinkReactions<Tx>[]
  readonly log: Logger
  readonly now: () => Date
}

interface Work {
  readonly source: ReportSource
  readonly reports: ArrivedReport[]
}

const BATCH_REPORTS = 2000
const BATCH_REPORTS_PER_AGENT = 500
const RETRY_MILLISECONDS_MAX = 5000

/**
 * Stores reports: one transaction at a time for all agents that have some, and while it runs the next batch gathers.
 * A report that cannot be stored is found by halving, and becomes a hole; a database that cannot be reached is waited for.
 */
export class ReportWriter<Tx> {
  readonly #options: ReportWriterOptions<Tx>
  readonly #handlers: readonly ReportHandler<Tx>[]
  readonly #waiting = new Map<ReportSource, ArrivedReport[]>()
  #writing: ReadonlySet<ReportSource> = new Set()
  #running: Promise<void> | undefined
  #stopped = false
  #wake: (() => void) | undefined

  constructor(options: ReportWriterOptions<Tx>) {
    this.#options = options
    this.#handlers = options.reactions.flatMap(({ reports }) => (reports ? [reports] : []))
  }

  /** Reads the report by its kind's schema and queues it. Numbers of one source ascend without gaps. */
  add(source: ReportSource, report: ArrivedReport): void {
    const list = this.#waiting.get(source)
    const read = this.#read(report)
    if (list) list.push(read)
    else this.#waiting.set(source, [read])
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** The agent sent again what was taken before: it is told so, now or when that is stored. */
  confirm(source: ReportSource, upTo: number): void {
    if (!this.#waiting.has(source) && !this.#writing.has(source)) source.committed(upTo)
  }

  /** The connection is gone: what it queued and nobody stored, the agent will send again. */
  forget(source: ReportSource): void {
    this.#waiting.delete(source)
  }

  /** Resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake?.()
    await this.#running
  }

  #read(report: ArrivedReport): ArrivedReport {
    const schemas = this.#handlers.flatMap(({ kinds }) =>
      Object.hasOwn(kinds, report.kind) ? [kinds[report.kind]!] : [],
    )
    if (schemas.length === 0)
      return holeInsteadOf(report, `this server does not know reports of kind ${report.kind.slice(0, 80)}`)
    const read = schemas[0]!.safeParse(report.body)
    return read.success
      ? { ...report, body: read.data }
      : holeInsteadOf(
          report,
          `a report of kind ${report.kind} could not be read: ${z.prettifyError(read.error).slice(0, 200)}`,
        )
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the loop belongs into the same transaction.
    await new Promise((resolve) => setImmediate(resolve))
    while (!this.#stopped && this.#waiting.size > 0) {
      const work = this.#take()
      this.#writing = new Set(work.map(({ source }) => source))
      await this.#store(work)
      this.#writing = new Set()
    }
  }

  #take(): Work[] {
    const taken: Work[] = []
    let left = BATCH_REPORTS
    // Of those who wait now: what is put back below must wait for the next batch, for a position moves once in each.
    for (const [source, reports] of [...this.#waiting]) {
      if (left <= 0) break
      const count = Math.min(left, BATCH_REPORTS_PER_AGENT, reports.length)
      left -= count
      this.#waiting.delete(source)
      taken.push({ source, reports: count === reports.length ? reports : reports.splice(0, count) })
      // The rest goes to the end of the queue, behind everybody else.
      if (taken.at(-1)!.reports !== reports) this.#waiting.set(source, reports)
    }
    return taken
  }

  async #store(work: readonly Work[]): Promise<void> {
    const { log } = this.#options
    for (let waitMilliseconds = 50; !this.#stopped; ) {
      try {
        return await this.#commit(work)
      } catch (error) {
        if (isPoison(error) && !isLoneHole(work)) return this.#storeInParts(work, error)
        log.error({ err: error }, 'reports of agents could not be stored; trying again')
        await new Promise<void>((resolve) => {
          this.#wake = resolve
          setTimeout(resolve, waitMilliseconds)
        })
        waitMilliseconds = Math.min(waitMilliseconds * 2, RETRY_MILLISECONDS_MAX)
      }
    }
  }

  async #storeInParts(work: readonly Work[], error: unknown): Promise<void> {
    if (work.length > 1) {
      const middle = work.length >> 1
      await this.#store(work.slice(0, middle))
      return this.#store(work.slice(middle))
    }
    const { source, reports } = work[0]!
    if (reports.length > 1) {
      const middle = reports.length >> 1
      await this.#store([{ source, reports: reports.slice(0, middle) }])
      return this.#store([{ source, reports: reports.slice(middle) }])
    }
    const report = reports[0]!
    this.#options.log.error(
      { err: error, agentId: report.agentId, kind: report.kind },
      'a report cannot be stored',
    )
    return this.#store([
      {
        source,
        reports: [holeInsteadOf(report, `a report of kind ${report.kind} could not be stored here`)],
      },
    ])
  }

  async #commit(work: readonly Work[]): Promise<void> {
    const { store, now } = this.#options
    const reactions: (() => void)[] = []
    const outrun: ReportSource[] = []
    const steps: PositionStep[] = work.map(({ source, reports }) => ({
      agentId: source.agentId,
      after: reports[0]!.from - 1,
      upTo: reports.at(-1)!.n,
    }))
    await store.commit(steps, async (tx, moved) => {
      const due = work.filter(({ source }) => {
        if (moved.has(source.agentId)) return true
        outrun.push(source)
        return false
      })
      const reports = due.flatMap((each) => each.reports)
      const refused: ArrivedReport[] = []
      const batch: ReportBatch<Tx> = {
        tx,
        now: now(),
        refuse: (report, why) => void refused.push(holeInsteadOf(report, why)),
        afterCommit: (react) => void reactions.push(react),
      }
      const isHoles = (handler: ReportHandler<Tx>) => Object.hasOwn(handler.kinds, HOLE)
      for (const handler of [...this.#handlers].sort((a, b) => Number(isHoles(a)) - Number(isHoles(b)))) {
        const theirs = reports.filter(({ kind }) => Object.hasOwn(handler.kinds, kind))
        const all = isHoles(handler) ? [...theirs, ...refused] : theirs
        if (all.length > 0) await handler.store(all, batch)
      }
    })
    for (const { source, reports } of work) {
      if (outrun.includes(source)) source.outrun()
      else source.committed(reports.at(-1)!.n)
    }
    for (const react of reactions) react()
  }
}

/** A hole is made of nothing that could be wrong with it: what refuses it must be mended, and it waits. */
const isLoneHole = (work: readonly Work[]) =>
  work.length === 1 && work[0]!.reports.length === 1 && work[0]!.reports[0]!.kind === HOLE
