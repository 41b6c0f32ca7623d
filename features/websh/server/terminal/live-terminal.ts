import type { AgentLink, StreamSink } from '../../../../wire/server/agent-link.ts'
import type { AttachTell } from '../../common/attach.ts'
import { AttachClose } from '../../common/attach.ts'
import type { TerminalPolicy } from '../../common/terminal.ts'
import type { Recorder } from '../recording/index.ts'
import { readStream } from '../recording/stream-reader.ts'
import { ANY_TERMINAL, oneTerminal, type TerminalParts } from './parts.ts'
import { RecordWriter } from './record-writer.ts'
import { Relay } from './relay.ts'
import { screenAt } from './screen.ts'
import type { Row } from './terminal-row.ts'
import { Typing } from './typing.ts'
import { Unshown } from './unshown.ts'
import type { Viewer } from './viewer.ts'

/** Bytes that may wait for the disk before the agent is given no more credit. */
const UNDURABLE_BYTES_MAX = 2 * 1024 * 1024
/** Keys and their echoes are written together: 200 terminals are then 200 disk writes at a time, not each key's own. */
const GATHER_MILLISECONDS = 40
/** In strict terminals nobody sees those, so what is typed meanwhile waits behind them. */
const STRICT_UNDURABLE_BYTES_MAX = 128 * 1024
/**
 * So much behind a key is let in although a flood before it still waits for the disk, which may stand still for a second: Ctrl-C
 * is answered with a prompt. The agent keeps whatever is not on disk here. Keys that make signals have room of their
 * own, which the others before them cannot have used up.
 */
const ANSWER_BYTES = 1024 * 1024
const ANSWERED_BYTES_MAX = UNDURABLE_BYTES_MAX + ANSWER_BYTES
const SIGNALLED_BYTES_MAX = ANSWERED_BYTES_MAX + ANSWER_BYTES
const ROOM_CHECK_MILLISECONDS = 1000
const SIGNALS: readonly (number | undefined)[] = [0x03, 0x1c, 0x1a]
/** When the agent comes back with more than this, nobody watches all of it go by: they get the screen behind it. */
const CAUGHT_UP_BYTES = 256 * 1024
/** For those who are there when it breaks, and for everybody who comes later. */
const BROKEN: AttachTell = {
  type: 'recording',
  broken: true,
  why: 'The recording of this terminal broke: what happens from here on is not kept.',
}

/** How it ended, for those who look. */
export type Exit = Extract<AttachTell, { type: 'exit' }>

interface LiveOptions {
  readonly parts: TerminalParts
  readonly row: Row
  readonly recorder: Recorder
  readonly whenRecordingBreaks: TerminalPolicy['whenRecordingBreaks']
  /** Asks the agent to end it. */
  readonly end: (reason: string) => void
  readonly broke: (error: Error) => void
}

/** One open terminal, as this server has it: who looks, what is typed, and its stream on the way to the recording. */
export class LiveTerminal {
  row: Row
  readonly typing: Typing
  /** Since when its agent has been away; undefined while it is linked. */
  awaySince: Date | undefined
  readonly #options: LiveOptions
  readonly #relay: Relay
  readonly #writer: RecordWriter
  #brokeWith: string | null = null
  #isEnded = false
  readonly #whenDurable = new Set<(offset: number) => void>()
  readonly #roomWaiters: (() => void)[] = []
  readonly #unshown = new Unshown()
  /** Behind the last byte that was taken: after a lost link the agent begins with what is not on disk. */
  #received: number
  /** Up to here the agent brings what happened while it was away. */
  #catchUpTo = 0
  #writingSize: Promise<void> | undefined
  /** Offset up to which the stream is taken, as an answer to keys, whatever waits for the disk. */
  #answeredTo = 0

  /** The recorder may have a part of the stream already, from before a restart. */
  static async open(options: LiveOptions): Promise<LiveTerminal> {
    const { parts, row, recorder } = options
    const { closed_length, duration_milliseconds } = await parts.db
      .selectFrom('recording')
      .select(['closed_length', 'duration_milliseconds'])
      .where('terminal_id', '=', row.id)
      .executeTakeFirstOrThrow()
    const live = new LiveTerminal(options, { at: duration_milliseconds, offset: closed_length })
    // Nobody is shown these; they bring the reader to the place where the next bytes go on.
    live.#relay.take(await readStream(parts, row.id, closed_length, recorder.offset))
    return live
  }

  private constructor(options: LiveOptions, from: { at: number; offset: number }) {
    this.row = options.row
    this.typing = new Typing(options.row.id)
    this.awaySince = options.parts.now()
    this.#options = options
    const { parts, recorder } = options
    this.#received = recorder.offset
    this.#relay = new Relay(from, {
      log: parts.log,
      screen: async (end) => {
        if (this.#brokeWith !== null) return { cols: this.row.cols, rows: this.row.rows, steps: [] }
        await this.#writer.reached(end)
        return screenAt(parts, this.id, end)
      },
      resized: (cols, rows) => this.#resized(cols, rows),
      now: parts.now,
    })
    this.#writer = new RecordWriter({
      offset: recorder.offset,
      gatherMilliseconds: this.row.strict ? 0 : GATHER_MILLISECONDS,
      write: (bytes, at) => recorder.write(bytes, at),
      durableAt: (durable) => this.#becameDurable(durable),
      failed: (error) => this.#break(error),
    })
  }

  get id(): string {
    return this.row.id
  }

  get viewers(): ReadonlySet<Viewer> {
    return this.#relay.viewers
  }

  get isLinked(): boolean {
    return this.typing.link !== undefined
  }

  get isOver(): boolean {
    return this.#isEnded
  }

  /** Why its recording broke; null while it is whole. */
  get isBroken(): string | null {
    return this.#brokeWith
  }

  /** The server stops: the terminal goes on, those who look come back. */
  release(): void {
    for (const viewer of this.viewers) viewer.close(AttachClose.stopping)
  }

  /** Where the agent's stream goes. */
  sink(): StreamSink {
    const live = this
    const heardBySink = new Set<(offset: number) => void>()
    return {
      get offset() {
        return live.#writer.durable
      },
      get isComplete() {
        return live.#isEnded
      },
      isLive: true,
      write: (payload, offset) => this.#take(payload, offset),
      whenDurable: (heard) => {
        heardBySink.add(heard)
        this.#whenDurable.add(heard)
      },
      // A link that follows may have begun already: only what this one heard ends.
      close: async () => {
        for (const heard of heardBySink) this.#whenDurable.delete(heard)
        this.#wakeUp()
      },
    }
  }

  join(viewer: Viewer): void {
    this.#relay.viewers.add(viewer)
    if (this.#brokeWith !== null) viewer.tell(BROKEN)
    if (!this.#isCatchingUp) void this.#relay.bringUp(viewer)
    this.tellPeople()
  }

  leave(viewer: Viewer): void {
    if (!this.#relay.viewers.delete(viewer)) return
    this.#wakeUp()
    this.tellPeople()
  }

  type(bytes: Buffer, viewer: Viewer): void {
    const why = viewer.facts.readOnly ? 'You are here to look only.' : this.typing.type(bytes)
    if (why !== undefined) {
      viewer.tell({ type: 'input-lost', bytes: bytes.length, why })
      return
    }
    const most = this.#writer.durable + (isSignal(bytes) ? SIGNALLED_BYTES_MAX : ANSWERED_BYTES_MAX)
    this.#answeredTo = Math.max(this.#answeredTo, Math.min(this.#received + ANSWER_BYTES, most))
    this.#wakeUp()
    const { size } = viewer
    if (size && viewer.facts.mode === 'owner') this.resize(size.cols, size.rows)
    this.#holdTypists()
  }

  resize(cols: number, rows: number): void {
    if (cols === this.row.cols && rows === this.row.rows) return
    this.typing.link?.resize(this.id, cols, rows)
  }

  /** @param length bytes of its stream that the agent has */
  linked(link: AgentLink, taken: number, length = 0): void {
    if (length - this.#received > CAUGHT_UP_BYTES) {
      this.#catchUpTo = length
      for (const viewer of this.viewers) viewer.isBehind = true
    }
    const wasLinked = this.isLinked
    this.awaySince = undefined
    this.#tellLost(this.typing.linked(link, taken))
    if (!wasLinked) this.tell({ type: 'link', linked: true })
    this.#changed()
    this.#holdTypists()
  }

  unlinked(): void {
    if (!this.isLinked) return
    this.awaySince = this.#options.parts.now()
    this.typing.unlinked()
    this.tell({ type: 'link', linked: false })
    this.#changed()
    this.#holdTypists()
  }

  started(row: Row, link: AgentLink | undefined): void {
    this.row = row
    if (link) this.awaySince = undefined
    this.#tellLost(this.typing.started(link))
    this.tell({ type: 'started', account: row.account ?? '', shell: row.shell ?? '' })
    this.#changed()
  }

  taken(bytes: number): void {
    this.typing.taken(bytes)
    this.#holdTypists()
  }

  /** A viewer has drawn something. */
  progress(): void {
    this.#attend()
    this.#show()
    if (this.#relay.hasRoom) this.#wakeUp()
  }

  tell(message: AttachTell): void {
    this.#relay.tell(message)
  }

  tellPeople(): void {
    const people = [...this.viewers].map(({ present }) => present)
    const named = people.map((person) => ({ ...person, remoteAddress: '' }))
    for (const viewer of this.viewers)
      viewer.tell({ type: 'people', people: viewer.facts.mode === 'guest' ? named : people })
    this.#changed()
  }

  /** It is over: everybody is told and let go. */
  ended(exit: Exit): void {
    this.#show(() => true)
    this.#isEnded = true
    this.#wakeUp()
    for (const viewer of this.viewers) {
      viewer.tell(exit)
      viewer.close(AttachClose.ended)
    }
  }

  async #take(payload: Uint8Array, offset: number): Promise<number> {
    const end = offset + payload.length
    const fresh = payload.subarray(Math.min(payload.length, Math.max(0, this.#received - offset)))
    this.#received = Math.max(this.#received, end)
    this.#unshown.add(fresh, this.#received)
    if (this.#brokeWith === null) this.#writer.add(fresh)
    this.#show()
    this.#attend()
    await this.#room()
    return this.#brokeWith === null ? this.#writer.durable : end
  }

  get #isCatchingUp(): boolean {
    return this.#received < this.#catchUpTo
  }

  #attend(): void {
    if (!this.#isCatchingUp) this.#relay.attend()
  }

  #becameDurable(durable: number): void {
    this.#show()
    for (const heard of this.#whenDurable) heard(durable)
    this.#wakeUp()
  }

  /** Hands on what may be shown, in parts: no more than those who set the pace have room for. */
  #show(hasRoom = () => this.#relay.hasRoom): void {
    // What a strict terminal could not keep is shown to nobody.
    if (this.row.strict && this.#brokeWith !== null) this.#unshown.clear()
    try {
      while (hasRoom()) {
        const bytes = this.#unshown.take(this.row.strict ? this.#writer.durable : Number.POSITIVE_INFINITY)
        if (bytes === undefined) return
        this.#relay.take(bytes)
      }
    } catch (error) {
      // These are no pieces: nothing behind them can be read.
      this.#unshown.clear()
      if (this.#brokeWith === null) this.#break(error as Error)
    }
  }

  async #room(): Promise<void> {
    while (!this.#isEnded && !this.#hasRoom()) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#roomWaiters.push(resolve)
        // Whoever has drawn nothing for long is not waited for.
        timer = setTimeout(resolve, ROOM_CHECK_MILLISECONDS)
      })
      clearTimeout(timer)
      this.#show()
    }
  }

  #hasRoom(): boolean {
    const { strict } = this.row
    const isAnswer = !strict && this.#received < this.#answeredTo
    const most = strict ? STRICT_UNDURABLE_BYTES_MAX : UNDURABLE_BYTES_MAX
    if (this.#brokeWith === null && !isAnswer && this.#writer.backlog >= most) return false
    return (strict || this.#unshown.isEmpty) && this.#relay.hasRoom
  }

  #wakeUp(): void {
    for (const resolve of this.#roomWaiters.splice(0)) resolve()
  }

  #break(error: Error): void {
    const { broke, end, whenRecordingBreaks } = this.#options
    this.#brokeWith = error.message
    this.tell(BROKEN)
    broke(error)
    if (this.row.strict || whenRecordingBreaks === 'end') end('The recording of this terminal broke.')
    this.#wakeUp()
  }

  #resized(cols: number, rows: number): void {
    if (cols === this.row.cols && rows === this.row.rows) return
    this.row = { ...this.row, cols, rows }
    this.#writingSize ??= this.#writeSize().finally(() => {
      this.#writingSize = undefined
    })
  }

  /** Of many sizes in a row the last one counts. */
  async #writeSize(): Promise<void> {
    const { db, log } = this.#options.parts
    for (let written: Row | undefined; written?.cols !== this.row.cols || written?.rows !== this.row.rows; ) {
      const { cols, rows } = this.row
      written = this.row
      await db
        .updateTable('terminal')
        .set({ cols, rows })
        .where('id', '=', this.id)
        .execute()
        .catch((error) => log.warn({ err: error }, 'the size of a terminal could not be written down'))
    }
  }

  #tellLost(bytes: number): void {
    if (bytes === 0) return
    const why = 'The link to the agent broke before it arrived.'
    this.tell({ type: 'input-lost', bytes, why })
  }

  #holdTypists(): void {
    const isHeld = this.isLinked && this.typing.isFull
    for (const viewer of this.viewers) if (!viewer.facts.readOnly) viewer.hold(isHeld)
  }

  #changed(): void {
    const { bus } = this.#options.parts
    bus.publish(ANY_TERMINAL, this.id)
    bus.publish(oneTerminal(this.id))
  }
}

/** Ctrl-C, Ctrl-\ or Ctrl-Z, behind other keys or alone. */
const isSignal = (bytes: Uint8Array) => SIGNALS.includes(bytes.at(-1))
