import type { z } from 'zod'
import type { Facts } from '../common/facts.ts'
import type { Order } from '../common/messages.ts'

/**
 * The port between the server's features and whatever program runs on a machine. Features see this file and nothing
 * below it; an adapter (native/, later another agent's protocol) implements it.
 */
export interface AgentLink {
  readonly agentId: string
  readonly serverId: string
  readonly serverName: string
  readonly connectedAt: Date
  readonly agentVersion: string
  readonly protocolVersion: number
  readonly address: string
  /** Changes when the agent's process starts anew. */
  readonly runId: string
  readonly heardAt: Date
  /** Server clock minus agent clock; 0 where the difference is within what can be measured. */
  readonly clockOffsetMilliseconds: number
  /** What still waits on the agent, as it last said; its time is on the server's clock. */
  readonly queue: { readonly reports: number; readonly oldestAt: Date | null }
  /** Everything that happened there before this has arrived. */
  readonly completeTo: Date
  /** Size of the checkpoint the agent keeps. */
  readonly checkpointSize: number
  /** Sends once on this connection. That the agent took it arrives as a report; nothing here waits. */
  order(order: Order): void
  /** Asks for the machine's facts; they arrive as a reaction. */
  askFacts(): void
  /** Whether terminals can be opened there. */
  readonly holdsTerminals: boolean
  /** Sends what is typed, at once and once. `offset`: bytes of input before it. */
  typeInto(terminal: string, offset: number, bytes: Uint8Array): void
  resize(terminal: string, cols: number, rows: number): void
  /** The server is called so from now on: what arrives is recorded under its new name. */
  rename(name: string): void
  close(why: LinkEnd): void
}

export interface LinkEnd {
  readonly code: string
  readonly message: string
  /** False: this agent must not come back by itself. */
  readonly again: boolean
  readonly retryAfterSeconds?: number
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
  /** True once the stream has all the bytes it will ever have: nothing more is expected and it is let go. */
  readonly isComplete: boolean
  /**
   * Takes the next bytes; called in order, one at a time. Resolves with the durable offset when more may come: not before
   * there is room for more. A sink that resolves earlier than its bytes are durable tells by `whenDurable` when they are.
   */
  write(payload: Uint8Array, offset: number): Promise<number>
  readonly whenDurable?: (heard: (offset: number) => void) => void
  /** Somebody looks: no more may be under way than arrives in a moment. */
  readonly isLive?: boolean
  close(): Promise<void>
}

/** A terminal on a machine, when it is linked. */
export interface TerminalHeld {
  readonly terminal: string
  /** Bytes of input it has taken. */
  readonly taken: number
  /** Bytes of its stream so far; older agents do not say. */
  readonly length?: number | undefined
}

/** A report on its way into the database. */
export interface ArrivedReport<B = unknown> {
  readonly agentId: string
  readonly serverId: string
  readonly serverName: string
  /** Its number, and the first of the numbers it stands for: fewer than `n` only where it tells of a hole. */
  readonly n: number
  readonly from: number
  readonly kind: string
  /** As the handler's schema read it. */
  readonly body: B
  /** On the server's clock, never later than `receivedAt`. */
  readonly at: Date
  readonly receivedAt: Date
}

/** One transaction: reports, their effects and the agents' positions land together. */
export interface ReportBatch<Tx> {
  readonly tx: Tx
  readonly now: Date
  /** The report makes no sense here: it is not stored, and a hole with this reason says so. */
  refuse(report: ArrivedReport, why: string): void
  /** Runs after the batch has committed. */
  afterCommit(react: () => void): void
}

export interface ReportHandler<Tx> {
  /** Schemas by kind. A report that does not fit becomes a hole. */
  readonly kinds: Readonly<Record<string, z.ZodType>>
  /**
   * Stores a batch's reports of these kinds, of one or many agents, in order for each agent. What it throws makes the
   * batch smaller until one report is left to blame, and that one becomes a hole.
   */
  readonly store: (reports: readonly ArrivedReport[], batch: ReportBatch<Tx>) => Promise<void>
}

/** Kind of the reports that tell of lost ones: sent by agents, and made here for numbers that never came. */
export const HOLE = 'hole'

/** What a feature registers to hear from agents. */
export interface LinkReactions<Tx> {
  readonly reports?: ReportHandler<Tx>
  /** By purpose: a sink for a stream the agent offers, or undefined when nobody wants it. */
  readonly streams?: Readonly<
    Record<string, (serverId: string, stream: string) => Promise<StreamSink | undefined>>
  >
  /** After `welcome`: send what is still owed. */
  readonly linked?: (link: AgentLink) => void
  readonly unlinked?: (link: AgentLink, at: Date, why: string) => void
  /** Each beat: what the agent says is running. */
  readonly beat?: (link: AgentLink, running: readonly string[], at: Date) => void
  readonly facts?: (link: AgentLink, facts: Facts, at: Date) => void
  /** After each link: the terminals held there. There are no others. */
  readonly terminals?: (link: AgentLink, held: readonly TerminalHeld[]) => void
  /** So much input has reached a terminal. */
  readonly taken?: (link: AgentLink, terminal: string, taken: number) => void
  /** The agent's memory and the journal contradict each other; `why` is a sentence. */
  readonly alarm?: (link: AgentLink, alarm: LinkAlarm, at: Date) => void
}

export interface LinkAlarm {
  readonly kind: 'checkpoint_ahead' | 'reports_rewound'
  readonly why: string
}
