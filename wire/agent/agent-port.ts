import type { AgentMessage, Order } from '../common/messages.ts'
import type { Identity } from './identity.ts'
import type { OrderLedger } from './order-ledger.ts'
import type { OutgoingStreams } from './outgoing-streams.ts'
import type { ReportQueue } from './report-queue.ts'
import type { Store } from './store.ts'

/** What a feature's part of the agent works with. */
export interface AgentPort {
  /** Private to the agent, on disk. */
  readonly directory: string
  readonly identity: Identity
  readonly store: Store
  readonly reports: ReportQueue
  readonly ledger: OrderLedger
  readonly streams: OutgoingStreams
  readonly log: Log
  readonly now: () => Date
  /** For what may be lost: goes out if the link is up. @returns whether it did. */
  send(message: AgentMessage): boolean
}

/**
 * Takes an order that was never taken before. `remember` must be called in the very `write` that makes the order's
 * effect durable; until then nothing may be done that cannot be taken back. An order that cannot be read throws.
 */
export type TakeOrder = (order: Order, remember: () => void) => Promise<void>

/** One feature on this machine. */
export interface AgentPart {
  readonly orders?: Readonly<Record<string, TakeOrder>>
  /** Ids of commands that run now, for the beat. */
  readonly running?: () => readonly string[]
  /** After each `welcome`. `version`: of the protocol both ends speak. */
  readonly linked?: (version: number) => void
  /** The link that was welcomed has ended. */
  readonly unlinked?: () => void
  /** What is typed into a terminal. */
  readonly input?: (terminal: string, offset: number, bytes: Uint8Array) => void
  readonly resize?: (terminal: string, cols: number, rows: number) => void
  readonly factsAsked?: () => void
  /** Takes no more orders, ends what runs, reports it. */
  readonly stop?: () => Promise<void>
}

export interface Log {
  info(line: string): void
  warn(line: string): void
  error(line: string): void
}
