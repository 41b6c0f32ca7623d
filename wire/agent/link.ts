import type { Order, ServerMessage } from '../common/messages.ts'
import type { Log } from './agent-port.ts'
import { AgentRefusal, EXIT_REFUSED } from './agent-refusal.ts'
import { backOffMilliseconds } from './back-off.ts'
import type { CheckpointKeeper } from './checkpoint-keeper.ts'
import type { Identity } from './identity.ts'
import { LinkSession, type SessionEnd } from './link-session.ts'
import type { OutgoingStreams } from './outgoing-streams.ts'
import type { ReportQueue } from './report-queue.ts'

const INCOMPATIBLE_RETRY_MILLISECONDS = 300_000
const STEADY_MILLISECONDS = 10_000
const SAME_TROUBLE_MILLISECONDS = 600_000

export interface LinkOptions {
  readonly identity: Identity
  readonly queue: ReportQueue
  readonly streams: OutgoingStreams
  readonly checkpoints: CheckpointKeeper
  readonly log: Log
  readonly agentVersion: string
  readonly runId: string
  readonly now: () => Date
  /** Ids of commands that run. */
  readonly running: () => readonly string[]
  readonly onOrder: (order: Order) => void
  readonly onFactsAsked: () => void
  readonly onLinked: (welcome: Extract<ServerMessage, { t: 'welcome' }>) => void
  /** A link that was welcomed has ended. */
  readonly onUnlinked: () => void
  readonly onInput: (terminal: string, offset: number, bytes: Uint8Array) => void
  readonly onResize: (terminal: string, cols: number, rows: number) => void
  /** Milliseconds before an attempt; jittered doubling unless said. */
  readonly backOff?: ((attempt: number) => number) | undefined
  readonly pingMilliseconds?: number | undefined
}

/** Keeps one connection to the server open, for as long as the server wants this agent. */
export class Link {
  /** Resolves when the link will not be opened again: with the reason, or null after `close`. */
  readonly ended: Promise<AgentRefusal | null>
  readonly #options: LinkOptions
  #resolve: (refusal: AgentRefusal | null) => void = () => {}
  #session: LinkSession | undefined
  #timer: NodeJS.Timeout | undefined
  #attempt = 0
  #closed = false
  #trouble = { why: '', at: 0 }

  constructor(options: LinkOptions) {
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
    options.queue.onStored(() => this.#session?.pump())
  }

  get session(): LinkSession | undefined {
    return this.#session
  }

  open(): void {
    if (this.#closed) return
    const session = new LinkSession(this.#options)
    this.#session = session
    void session.ended.then((end) => this.#again(session, end))
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#session?.close('This agent stops.')
    this.#resolve(null)
  }

  #again(session: LinkSession, end: SessionEnd): void {
    this.#session = undefined
    if (session.welcomedAt !== undefined) this.#options.onUnlinked()
    if (this.#closed) return
    if (end.how === 'refused' && !end.again) {
      this.#closed = true
      this.#options.log.error(`The server refused this agent for good: ${end.why}`)
      this.#resolve(new AgentRefusal(end.why, { exitCode: EXIT_REFUSED }))
      return
    }
    const now = this.#options.now().getTime()
    if (session.welcomedAt !== undefined && now - session.welcomedAt >= STEADY_MILLISECONDS) this.#attempt = 0
    const wait = this.#waitAfter(end)
    this.#attempt++
    this.#tell(end.why, wait, now)
    this.#timer = setTimeout(() => this.open(), wait)
  }

  #waitAfter(end: SessionEnd): number {
    const backOff = (this.#options.backOff ?? backOffMilliseconds)(this.#attempt)
    if (end.how === 'incompatible') return INCOMPATIBLE_RETRY_MILLISECONDS
    if (end.how === 'refused' && end.retryAfterSeconds !== undefined)
      return Math.max(backOff, Math.min(end.retryAfterSeconds, 3600) * 1000)
    return backOff
  }

  /** The same trouble is told once, and again every ten minutes. */
  #tell(why: string, waitMilliseconds: number, now: number): void {
    if (this.#trouble.why === why && now - this.#trouble.at < SAME_TROUBLE_MILLISECONDS) return
    this.#trouble = { why, at: now }
    this.#options.log.warn(
      `The link is down: ${why} Trying again in ${(waitMilliseconds / 1000).toFixed(1)} s.`,
    )
  }
}
