import { randomFillSync } from 'node:crypto'
import { WebSocket } from 'ws'
import { decodeFrame, FrameTrack } from '../common/frames.ts'
import { type AgentMessage, PROTOCOL_VERSIONS, ServerMessage } from '../common/messages.ts'
import { failureSentence, statusSentence } from './failure-sentence.ts'
import { proveIdentity } from './identity.ts'
import type { LinkOptions } from './link.ts'
import { ReportSender } from './report-sender.ts'

const MESSAGE_BYTES_MAX = 8 * 1024 * 1024
const BUFFERED_BYTES_MAX = 256 * 1024
const CLOCK_DIFFERENCE_MILLISECONDS = 60_000
const HANDSHAKE_MILLISECONDS = 20_000
export const BEAT_MILLISECONDS = 10_000
const PING_MILLISECONDS = 15_000

/** Never zero: for a zero mask the socket would send the very memory it was given, and that is used again at once. */
function maskFrame(mask: Buffer): void {
  do randomFillSync(mask)
  while (mask.readUInt32BE() === 0)
}

/** How a connection ended. */
export type SessionEnd =
  | { readonly how: 'lost'; readonly why: string }
  | {
      readonly how: 'refused'
      readonly why: string
      readonly again: boolean
      readonly retryAfterSeconds?: number
    }
  | { readonly how: 'incompatible'; readonly why: string }

/** One connection, from dialling to its end. */
export class LinkSession {
  readonly ended: Promise<SessionEnd>
  readonly #options: LinkOptions
  readonly #socket: WebSocket
  readonly #sender: ReportSender
  readonly #timers: NodeJS.Timeout[] = []
  #end: (end: SessionEnd) => void = () => {}
  #over = false
  #version: number | undefined
  #welcomedAt: number | undefined
  #heard = true

  constructor(options: LinkOptions) {
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    const { url } = options.identity
    this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/agent.link`, {
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
      handshakeTimeout: HANDSHAKE_MILLISECONDS,
      generateMask: maskFrame,
      headers: { 'user-agent': `annals-agent/${options.agentVersion}` },
    })
    this.#sender = new ReportSender(options.queue, (text) => this.#socket.send(text))
    this.#listen(url)
  }

  /** When the server took this agent in, milliseconds since 1970. */
  get welcomedAt(): number | undefined {
    return this.#welcomedAt
  }

  send(message: AgentMessage): boolean {
    if (this.#welcomedAt === undefined || this.#socket.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  /** New reports are on disk. */
  pump(): void {
    this.#sender.pump()
  }

  beat(): void {
    const { queue, checkpoints, running, now } = this.#options
    this.send({
      t: 'beat',
      at: now().toISOString(),
      running: running().slice(0, 10_000),
      queue: queue.status(),
      checkpointSize: checkpoints.size,
    })
  }

  close(why: string): void {
    this.#finish({ how: 'lost', why })
  }

  #listen(url: string): void {
    const socket = this.#socket
    socket.on('message', (data, isBinary) => {
      this.#heard = true
      if (isBinary) return this.#receiveFrame(data as Buffer)
      void this.#receive(String(data)).catch((error: unknown) => {
        this.#finish({
          how: 'lost',
          why: `A message of the server could not be handled: ${(error as Error).message}`,
        })
      })
    })
    socket.on('pong', () => {
      this.#heard = true
    })
    socket.on('ping', () => {
      this.#heard = true
    })
    socket.on('unexpected-response', (_request, response) => {
      this.#finish({ how: 'lost', why: statusSentence(response.statusCode ?? 0, url) })
    })
    socket.on('error', (error) => this.#finish({ how: 'lost', why: failureSentence(error, url) }))
    socket.on('close', () => this.#finish({ how: 'lost', why: `${url} closed the link.` }))
    const giveUp = setTimeout(() => {
      if (this.#welcomedAt === undefined)
        this.#finish({ how: 'lost', why: `${url} took the connection but did not greet.` })
    }, HANDSHAKE_MILLISECONDS)
    this.#timers.push(giveUp)
  }

  #receiveFrame(data: Buffer): void {
    if (this.#over) return
    try {
      const { track, stream, offset, payload } = decodeFrame(data)
      if (this.#welcomedAt === undefined || track !== FrameTrack.terminalInput)
        throw new RangeError('a frame came that nobody asked for')
      this.#options.onInput(stream, offset, payload)
    } catch (error) {
      this.#finish({ how: 'lost', why: `A frame of the server was wrong: ${(error as Error).message}.` })
    }
  }

  async #receive(text: string): Promise<void> {
    if (this.#over) return
    const parsed = ServerMessage.safeParse(JSON.parse(text))
    if (!parsed.success) {
      // A newer server may say what this agent does not know; only what it must understand to go on is an error.
      this.#options.log.warn(`A message of the server was not understood and passed over.`)
      return
    }
    const message = parsed.data
    const { streams, checkpoints } = this.#options
    switch (message.t) {
      case 'challenge':
        return this.#answerChallenge(message)
      case 'welcome':
        return this.#start(message)
      case 'refused': {
        const { message: why, again, retryAfterSeconds } = message
        this.#finish({
          how: 'refused',
          why,
          again,
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        })
        return
      }
      case 'committed':
        return this.#sender.committed(message.upTo)
      case 'resend':
        if (!(await this.#sender.resend(message.expected)))
          this.#finish({
            how: 'lost',
            why: `The server asked for report ${message.expected} again and again.`,
          })
        return
      case 'order':
        return this.#options.onOrder(message.order)
      case 'stream.position':
        return streams.position(message)
      case 'checkpoint': {
        const verdict = await checkpoints.offer(message)
        if (verdict !== 'kept') this.beat()
        if (verdict === 'refused')
          this.#options.log.error(
            'The server sent a checkpoint that does not extend the one kept here: it was refused.',
          )
        return
      }
      case 'key':
        await checkpoints.rotate(message)
        return
      case 'checkpoint.ask':
        this.send({ t: 'checkpoint.kept', note: checkpoints.kept, refused: checkpoints.refused })
        return
      case 'facts.ask':
        return this.#options.onFactsAsked()
      case 'terminal.resize':
        return this.#options.onResize(message.terminal, message.cols, message.rows)
      default:
        message satisfies never
    }
  }

  #answerChallenge({ nonce, versions }: { nonce: string; versions: readonly number[] }): void {
    const { identity, queue, checkpoints, agentVersion, runId, now } = this.#options
    const version = Math.max(...PROTOCOL_VERSIONS.filter((own) => versions.includes(own)))
    if (!Number.isFinite(version)) {
      const why = `The server speaks version ${versions.join(', ')} of the agent protocol, this agent speaks ${PROTOCOL_VERSIONS.join(', ')}. Install the agent that came with the server.`
      this.#finish({ how: 'incompatible', why })
      return
    }
    this.#version = version
    const hello: AgentMessage = {
      t: 'hello',
      agentId: identity.agentId,
      version,
      signature: proveIdentity(identity, nonce, version),
      agentVersion,
      at: now().toISOString(),
      runId,
      nextReport: queue.next,
      checkpointSize: checkpoints.size,
    }
    this.#socket.send(JSON.stringify(hello))
  }

  async #start(welcome: Extract<ServerMessage, { t: 'welcome' }>): Promise<void> {
    if (this.#version !== welcome.version || this.#welcomedAt !== undefined)
      throw new Error('the welcome does not follow a hello')
    const { queue, streams, log, now } = this.#options
    this.#welcomedAt = now().getTime()
    const difference = Math.abs(Date.parse(welcome.at) - this.#welcomedAt)
    if (difference > CLOCK_DIFFERENCE_MILLISECONDS)
      log.warn(`This machine's clock and the server's differ by ${Math.round(difference / 1000)} s.`)
    await queue.settle(welcome.committed, welcome.at)
    if (this.#over) return
    this.#sender.start(welcome.committed)
    this.beat()
    streams.linked({
      send: (message) => void this.send(message),
      sendFrame: (frame) => this.#sendFrame(frame),
    })
    this.#timers.push(setInterval(() => this.beat(), BEAT_MILLISECONDS))
    this.#timers.push(
      setInterval(() => this.#checkAlive(), this.#options.pingMilliseconds ?? PING_MILLISECONDS),
    )
    this.#options.onLinked(welcome)
  }

  #checkAlive(): void {
    if (!this.#heard) {
      this.#finish({ how: 'lost', why: 'The server fell silent.' })
      return
    }
    this.#heard = false
    this.#socket.ping()
  }

  /** The socket masks what it sends, and by that copies it. */
  #sendFrame(frame: Uint8Array): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve()
    return new Promise((resolve) => {
      const isFull = this.#socket.bufferedAmount > BUFFERED_BYTES_MAX
      this.#socket.send(frame, () => {
        if (isFull) resolve()
      })
      if (!isFull) resolve()
    })
  }

  #finish(end: SessionEnd): void {
    if (this.#over) return
    this.#over = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#sender.stop()
    this.#options.streams.unlinked()
    this.#socket.on('error', () => {})
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000)
    // A peer that does not answer the close must not keep the socket.
    const terminate = setTimeout(() => this.#socket.terminate(), 1000)
    this.#socket.once('close', () => clearTimeout(terminate))
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate()
    this.#end(end)
  }
}
