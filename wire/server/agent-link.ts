import type { z } from 'zod'
import type { Facts } from '../common/facts.ts'
import type { Order, Report } from '../common/messages.ts'

/**
 * The port between the server's features and whatever program runs on a machine. Features see this file and nothing
 * below it; an adapter (native/, later another agent's protocol) implements it.
 */
export interface AgentLink {
  readonly agentId: string
  readonly serverId: string
  readonly connectedAt: Date
  readonly agentVersion: string
  readonly protocolVersion: number
  readonly address: string
  /** Sends once on this connection. That the agent took it arrives as a report; nothing here waits. */
  order(order: Order): void
  /**
   * Encrypts so that only this agent can read. An adapter whose agent has no key keeps the plain text in memory
   * until it is delivered and never stores it.
   */
  /** Bytes of a stream below `offset` are durable. `unwanted` makes the agent forget the stream. */
  position(stream: string, offset: number, options?: { unwanted?: boolean }): void
  close(why: { code: string; message: string; again: boolean }): void
}

/** Every live link, by server. */
export interface AgentLinks {
  of(serverId: string): AgentLink | undefined
  all(): Iterable<AgentLink>
}

/** Takes one stream's bytes. */
export interface StreamSink {
  /** Durable length so far: the agent continues from here. */
  readonly offset: number
  /** Resolves with the durable offset after these bytes; called in order, one at a time. */
  write(payload: Uint8Array, offset: number): Promise<number>
  close(): Promise<void>
}

/** A stored report on its way into the database, with the facts features need. */
export interface ReportContext<Tx> {
  /** The batch's transaction: report, its effect and the agent's position land together. */
  readonly tx: Tx
  readonly agentId: string
  readonly serverId: string
  readonly serverName: string
  readonly report: Report
  /** The report's time on the server's clock. */
  readonly at: Date
  readonly receivedAt: Date
  /** Runs after the batch has committed. */
  afterCommit(react: () => void): void
}

/** What a feature registers to hear from agents. */
export interface LinkReactions<Tx> {
  readonly reports?: Readonly<
    Record<
      string,
      { readonly body: z.ZodType; readonly store: (body: never, context: ReportContext<Tx>) => Promise<void> }
    >
  >
  /** By purpose: a sink for a stream the agent offers, or undefined when nobody wants it. */
  readonly streams?: Readonly<
    Record<string, (serverId: string, stream: string) => Promise<StreamSink | undefined>>
  >
  /** After `welcome`: send what is still owed. */
  readonly linked?: (link: AgentLink) => void
  readonly unlinked?: (link: AgentLink, at: Date) => void
  /** Each beat: what the agent says is running. */
  readonly beat?: (link: AgentLink, running: readonly string[], at: Date) => void
  readonly facts?: (link: AgentLink, facts: Facts, at: Date) => void
}
