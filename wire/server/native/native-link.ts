import type { WebSocket } from 'ws'
import { encodeFrame, FrameTrack } from '../../common/frames.ts'
import { type Order, type ServerMessage, TERMINALS_VERSION } from '../../common/messages.ts'
import type { AgentLink, LinkEnd } from '../agent-link.ts'
import type { ReportSource } from '../report-writer.ts'
import type { LinkStreams } from './link-streams.ts'
import type { ReportOrder } from './report-order.ts'

/** Where a connection came from. */
export interface SocketFacts {
  readonly address: string
  readonly client: string
}

/** An agent that does not read what it is sent has this much time and memory, no more. */
const SEND_BUFFER_BYTES_MAX = 8 * 1024 * 1024
/** Reports of one agent that may wait to be stored. */
const UNSTORED_BYTES_MAX = 3 * 1024 * 1024

/**
 * One connection of one agent, from the challenge on. Timers, listeners and sweeps are shared by all of them: ten
 * thousand of these must fit.
 */
export class NativeLink implements AgentLink, ReportSource {
  readonly socket: WebSocket
  readonly address: string
  readonly nonce: string
  readonly acceptedAt: number

  agentId = ''
  serverId = ''
  serverName = ''
  agentVersion = ''
  protocolVersion = 0
  runId = ''
  connectedAt = new Date(0)
  state: 'greeting' | 'proving' | 'open' | 'closed' = 'greeting'

  /** Milliseconds since 1970, by this server's clock. */
  heard: number
  pinged = 0
  /** Until when a first link must show that it lives, when a second one knocked; 0 otherwise. */
  probeUntil = 0
  roundTripMilliseconds = 0
  clockOffsetMilliseconds = 0
  queue: AgentLink['queue'] = { reports: 0, oldestAt: null }
  completeTo = new Date(0)

  checkpointSize = 0
  /** The size it was sent last, and when. */
  offeredSize = 0
  offeredAt = 0
  isCheckpointRefused = false

  reportOrder: ReportOrder | undefined
  /** When the agent was asked for missing reports; 0 when nothing is missing. */
  gapSince = 0
  streams: LinkStreams | undefined
  whyEnded = ''
  readonly #unstored: { upTo: number; bytes: number }[] = []
  #unstoredBytes = 0

  constructor(socket: WebSocket, facts: SocketFacts, nonce: string, now: number) {
    this.socket = socket
    this.address = facts.address
    this.nonce = nonce
    this.acceptedAt = now
    this.heard = now
  }

  get heardAt(): Date {
    return new Date(this.heard)
  }

  send(message: ServerMessage): void {
    this.#write(JSON.stringify(message))
  }

  #write(frame: string | Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    if (this.socket.bufferedAmount > SEND_BUFFER_BYTES_MAX) {
      this.whyEnded ||= 'the agent does not read'
      this.socket.terminate()
      return
    }
    this.socket.send(frame)
  }

  order(order: Order): void {
    this.send({ t: 'order', order })
  }

  askFacts(): void {
    this.send({ t: 'facts.ask' })
  }

  get holdsTerminals(): boolean {
    return this.protocolVersion >= TERMINALS_VERSION
  }

  typeInto(terminal: string, offset: number, bytes: Uint8Array): void {
    if (!this.holdsTerminals) throw new Error('this agent holds no terminals')
    this.#write(encodeFrame({ track: FrameTrack.terminalInput, stream: terminal, offset, payload: bytes }))
  }

  resize(terminal: string, cols: number, rows: number): void {
    if (this.holdsTerminals) this.send({ t: 'terminal.resize', terminal, cols, rows })
  }

  rename(name: string): void {
    this.serverName = name
  }

  close(why: LinkEnd): void {
    if (this.state === 'closed') return
    this.whyEnded ||= why.message
    this.send({ t: 'refused', ...why })
    this.socket.close(1008, why.code.slice(0, 100))
  }

  committed(upTo: number): void {
    this.send({ t: 'committed', upTo })
    while (this.#unstored.length > 0 && this.#unstored[0]!.upTo <= upTo)
      this.#unstoredBytes -= this.#unstored.shift()!.bytes
    if (this.#unstoredBytes <= UNSTORED_BYTES_MAX && this.socket.isPaused) this.socket.resume()
  }

  outrun(): void {
    this.close({
      code: 'agent.outrun',
      message: 'Another connection stored reports of this agent meanwhile.',
      again: true,
      retryAfterSeconds: 1,
    })
  }

  /** Counts a message of reports until they are stored; beyond a limit nothing more is read from this agent. */
  hold(upTo: number, bytes: number): void {
    this.#unstored.push({ upTo, bytes })
    this.#unstoredBytes += bytes
    if (this.#unstoredBytes > UNSTORED_BYTES_MAX) this.socket.pause()
  }
}
