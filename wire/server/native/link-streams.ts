import type { Logger } from 'pino'
import { FlightWindow } from '../../../base/server/flight-window.ts'
import type { StreamSink } from '../agent-link.ts'

/** Bytes an agent may have under way: of one stream, and of all of them together. */
const STREAM_CREDIT_BYTES = 256 * 1024
const LINK_CREDIT_BYTES = 8 * 1024 * 1024
const STREAM_CREDIT_BYTES_MIN = 8 * 1024
/** Where somebody looks, what became durable is told this much later at most: the agent only has to forget it. */
const DURABLE_TOLD_MILLISECONDS = 20
/** Streams of one link at a time; further offers wait for one to end. */
const OPEN_STREAMS = 1024
/** Offers that wait; beyond it the agent is told nothing and offers again on its next connection. */
const WAITING_OFFERS = 10_000

export interface StreamPosition {
  readonly stream: string
  readonly offset: number
  readonly credit: number
  readonly unwanted?: boolean
}

interface LinkStreamsOptions {
  /** Undefined: nobody wants the stream. */
  readonly open: (stream: string, purpose: string) => Promise<StreamSink | undefined>
  readonly tell: (position: StreamPosition) => void
  /** The agent broke the rules of a stream: the link must end. */
  readonly violated: (why: string) => void
  readonly log: Logger
}

interface OpenStream {
  readonly id: string
  readonly sink: StreamSink
  /** Next byte expected. */
  next: number
  /** Everything below is durable; everything below `consumed` was given to the sink, which may hold a part of it. */
  durable: number
  consumed: number
  /** The agent may send up to here. */
  granted: number
  /** How much may be under way, where somebody looks. */
  readonly window: FlightWindow | undefined
  queue: Uint8Array[]
  isWriting: boolean
  /** Set while it is to be told how much is durable. */
  telling: NodeJS.Timeout | undefined
  /** A gap was answered; frames are passed over until the agent begins at `next` again. */
  isRewinding: boolean
}

/** The streams of one link: offers, credit, order, and what is durable. */
export class LinkStreams {
  readonly #options: LinkStreamsOptions
  readonly #open = new Map<string, OpenStream>()
  readonly #opening = new Set<string>()
  readonly #waiting = new Map<string, string>()
  #closed = false

  constructor(options: LinkStreamsOptions) {
    this.#options = options
  }

  offer(stream: string, purpose: string): void {
    const open = this.#open.get(stream)
    if (open) {
      this.#tell(open)
      return
    }
    if (this.#opening.has(stream) || this.#waiting.has(stream)) return
    if (this.#open.size + this.#opening.size < OPEN_STREAMS) void this.#begin(stream, purpose)
    else if (this.#waiting.size < WAITING_OFFERS) this.#waiting.set(stream, purpose)
  }

  /** A frame. Bytes that are there already are passed over; a gap is answered with the position. */
  take(stream: string, offset: number, payload: Uint8Array): void {
    const open = this.#open.get(stream)
    if (!open) return
    if (offset > open.next) {
      if (!open.isRewinding) this.#tell(open)
      open.isRewinding = true
      return
    }
    const known = open.next - offset
    if (known >= payload.length) return
    const news = known === 0 ? payload : payload.subarray(known)
    open.isRewinding = false
    open.next += news.length
    if (open.next > open.granted) {
      this.#options.violated(`stream ${stream} ran ahead of its credit`)
      return
    }
    open.window?.arrived(open.next, performance.now())
    open.queue.push(news)
    if (!open.isWriting) void this.#write(open)
  }

  /** Lets go of streams that turned out complete without another byte. */
  sweep(): void {
    for (const open of this.#open.values()) if (open.sink.isComplete && !open.isWriting) void this.#end(open)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#waiting.clear()
    for (const { telling } of this.#open.values()) clearTimeout(telling)
    await Promise.allSettled([...this.#open.values()].map(({ sink }) => sink.close()))
    this.#open.clear()
  }

  async #begin(stream: string, purpose: string): Promise<void> {
    this.#opening.add(stream)
    try {
      const sink = await this.#options.open(stream, purpose)
      if (sink && (this.#closed || sink.isComplete)) await sink.close()
      if (this.#closed) return
      if (sink === undefined) this.#options.tell({ stream, offset: 0, credit: 0, unwanted: true })
      else if (sink.isComplete) this.#options.tell({ stream, offset: sink.offset, credit: 0 })
      else {
        const { offset } = sink
        const open: OpenStream = {
          id: stream,
          sink,
          next: offset,
          durable: offset,
          consumed: offset,
          granted: offset,
          window: sink.isLive ? new FlightWindow(STREAM_CREDIT_BYTES) : undefined,
          queue: [],
          isWriting: false,
          telling: undefined,
          isRewinding: false,
        }
        this.#open.set(stream, open)
        sink.whenDurable?.((durable) => this.#becameDurable(open, durable))
        this.#tell(open)
      }
    } catch (error) {
      this.#options.log.error({ err: error, stream }, 'a stream could not be opened')
      if (!this.#closed) this.#options.violated('a stream could not be opened here; come back')
    } finally {
      this.#opening.delete(stream)
      this.#beginNext()
    }
  }

  #beginNext(): void {
    for (const [stream, purpose] of this.#waiting) {
      if (this.#closed || this.#open.size + this.#opening.size >= OPEN_STREAMS) return
      this.#waiting.delete(stream)
      void this.#begin(stream, purpose)
    }
  }

  /** Later than the write that brought the bytes: the agent may forget them, and has room again. */
  #becameDurable(open: OpenStream, durable: number): void {
    if (durable <= open.durable || this.#open.get(open.id) !== open || this.#closed) return
    open.durable = durable
    // While it writes, the end of the write tells.
    if (!open.isWriting || open.window) this.#tellSoon(open)
  }

  #tellSoon(open: OpenStream): void {
    if (open.window === undefined) this.#tell(open)
    else
      open.telling ??= setTimeout(() => {
        if (this.#open.get(open.id) === open && !this.#closed) this.#tell(open)
      }, DURABLE_TOLD_MILLISECONDS)
  }

  async #write(open: OpenStream): Promise<void> {
    open.isWriting = true
    try {
      while (open.queue.length > 0 && !this.#closed) {
        const from = open.next - open.queue.reduce((sum, { length }) => sum + length, 0)
        const payload = open.queue.length === 1 ? open.queue[0]! : Buffer.concat(open.queue)
        open.queue = []
        open.durable = Math.max(open.durable, await open.sink.write(payload, from))
        open.consumed = from + payload.length
        if (this.#closed) return
        if (open.sink.isComplete) return await this.#end(open)
        if (open.granted - open.consumed < this.#credit(open) / 2) this.#tell(open)
        else if (open.queue.length === 0) this.#tellSoon(open)
      }
    } catch (error) {
      this.#options.log.error({ err: error, stream: open.id }, 'a stream could not be stored')
      if (!this.#closed) this.#options.violated('a stream could not be stored here; come back')
    } finally {
      open.isWriting = false
    }
  }

  /** Complete: the agent learns the last position and forgets the stream. */
  async #end(open: OpenStream): Promise<void> {
    this.#open.delete(open.id)
    clearTimeout(open.telling)
    this.#options.tell({ stream: open.id, offset: open.durable, credit: 0 })
    await open.sink.close()
    this.#beginNext()
  }

  #tell(open: OpenStream): void {
    clearTimeout(open.telling)
    open.telling = undefined
    // What was granted once stays granted: it may be under way. What the sink holds does not count against the agent.
    const granted = Math.max(open.granted, open.consumed + this.#credit(open))
    // An agent that waited for it begins at once: what comes next says how long the way is.
    if (open.next === open.granted) open.window?.sent(open.granted + 1, 0, performance.now())
    open.granted = granted
    this.#options.tell({ stream: open.id, offset: open.durable, credit: open.granted - open.durable })
  }

  #credit({ window }: OpenStream): number {
    const share = Math.floor(LINK_CREDIT_BYTES / Math.max(1, this.#open.size))
    const most = window?.bytes(performance.now()) ?? STREAM_CREDIT_BYTES
    return Math.max(STREAM_CREDIT_BYTES_MIN, Math.min(most, share))
  }
}
