import { type Backoff, backoff } from '../../../../base/web/client/backoff.ts'
import { Refused } from '../../../../base/web/client/refused.ts'
import { AttachClose, type AttachTell } from '../../common/attach.ts'

export type AttachState =
  | { readonly at: 'connecting' }
  | { readonly at: 'open' }
  /** `lostAt`: milliseconds since 1970. */
  | { readonly at: 'lost'; readonly lostAt: number; readonly attempt: number }
  | {
      readonly at: 'ended'
      readonly code: number | null
      readonly signal: string | null
      readonly reason: string | null
    }
  /** One may not be here any more; nothing is tried again. */
  | { readonly at: 'left'; readonly message: string }

/** As much of a WebSocket as is used. */
export interface AttachSocket {
  binaryType: string
  readonly readyState: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  send(data: string | Uint8Array): void
  close(): void
}

export interface AttachOptions {
  /** Makes the address to connect to; may ask for a ticket first. @throws Refused when one may not be there */
  readonly address: (attempt: number) => Promise<string>
  readonly open: (address: string) => AttachSocket
  readonly now: () => number
  readonly setTimer: (react: () => void, milliseconds: number) => () => void
  readonly pauses?: Backoff
  readonly changed: (state: AttachState) => void
  readonly told: (said: AttachTell) => void
  /** Bytes of the terminal; `drawn` is called when they are on the screen. */
  readonly printed: (bytes: Uint8Array, drawn: () => void) => void
}

const OPEN = 1
const PING_MILLISECONDS = 20_000
const PONG_MILLISECONDS = 10_000
const ACK_BYTES = 16 * 1024
/** What is typed goes in frames of this size; a long paste in several. */
const FRAME_BYTES = 64 * 1024

/** A connection to one terminal that comes back by itself until the terminal has ended or one has to leave. */
export class AttachLink {
  readonly #options: AttachOptions
  readonly #pauses: Backoff
  #socket: AttachSocket | null = null
  #state: AttachState = { at: 'connecting' }
  #attempt = 0
  #isStopped = false
  #isAway = false
  #cancelRetry: () => void = () => {}
  #cancelPulse: () => void = () => {}

  constructor(options: AttachOptions) {
    this.#options = options
    this.#pauses = options.pauses ?? backoff()
  }

  get state(): AttachState {
    return this.#state
  }

  start(): void {
    void this.#connect()
  }

  stop(): void {
    this.#isStopped = true
    this.#quiet()
    this.#socket?.close()
    this.#socket = null
  }

  /** Tries at once instead of at the end of the pause. */
  hurry(): void {
    if (this.#isStopped || this.#state.at !== 'lost' || this.#socket !== null) return
    this.#cancelRetry()
    void this.#connect()
  }

  /** @returns whether it was sent: what is typed without a connection is not kept for later */
  type(bytes: Uint8Array): boolean {
    if (this.#state.at !== 'open' || this.#socket?.readyState !== OPEN) return false
    for (let from = 0; from < bytes.length; from += FRAME_BYTES)
      this.#socket.send(bytes.subarray(from, from + FRAME_BYTES))
    return true
  }

  resize(cols: number, rows: number): void {
    this.#say({ type: 'resize', cols, rows })
  }

  /** Nobody can see it just now, or can again. */
  away(isAway: boolean): void {
    this.#isAway = isAway
    this.#say({ type: 'away', away: isAway })
  }

  async #connect() {
    let address: string
    try {
      address = await this.#options.address(this.#attempt)
    } catch (error) {
      if (this.#isStopped) return
      if (error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429)
        return this.#leave(error.message)
      return this.#lost()
    }
    if (this.#isStopped) return
    const socket = this.#options.open(address)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    let [received, drawn, acknowledged] = [0, 0, 0]
    socket.onopen = () => {
      this.#pulse()
    }
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return
      if (typeof data === 'string') return this.#hear(data)
      const bytes = new Uint8Array(data as ArrayBuffer)
      received += bytes.length
      this.#options.printed(bytes, () => {
        drawn += bytes.length
        if (this.#socket !== socket || (drawn - acknowledged < ACK_BYTES && drawn < received)) return
        acknowledged = drawn
        this.#say({ type: 'ack', bytes: drawn })
      })
    }
    socket.onclose = ({ code, reason }) => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#quiet()
      if (this.#isStopped || this.#state.at === 'ended' || this.#state.at === 'left') return
      if (code === AttachClose.signedOut) return this.#leave(reason || 'You are signed out.')
      if (code === AttachClose.forbidden)
        return this.#leave(reason || 'You may not be at this terminal any more.')
      this.#lost()
    }
  }

  #hear(text: string) {
    const said = parsed(text)
    if (said === undefined) return
    this.#pulse()
    if (said.type === 'attached') {
      this.#attempt = 0
      this.#pauses.reset()
      this.#set({ at: 'open' })
      if (this.#isAway) this.#say({ type: 'away', away: true })
    }
    if (said.type === 'exit')
      this.#set({ at: 'ended', code: said.code, signal: said.signal, reason: said.reason })
    // What went wrong in the server is tried again.
    if (said.type === 'leave' && said.code !== 'server.bug') this.#set({ at: 'left', message: said.message })
    this.#options.told(said)
  }

  /** Asks for a sign of life after a silence, and gives the connection up when there is none. */
  #pulse(): void {
    const { setTimer } = this.#options
    this.#cancelPulse()
    this.#cancelPulse = setTimer(() => {
      this.#say({ type: 'ping' })
      this.#cancelPulse = setTimer(() => this.#socket?.close(), PONG_MILLISECONDS)
    }, PING_MILLISECONDS)
  }

  #quiet(): void {
    this.#cancelRetry()
    this.#cancelPulse()
  }

  #lost(): void {
    const lostAt = this.#state.at === 'lost' ? this.#state.lostAt : this.#options.now()
    this.#set({ at: 'lost', lostAt, attempt: ++this.#attempt })
    this.#cancelRetry = this.#options.setTimer(() => void this.#connect(), this.#pauses.next())
  }

  #leave(message: string): void {
    this.#quiet()
    this.#set({ at: 'left', message })
  }

  #set(state: AttachState): void {
    this.#state = state
    this.#options.changed(state)
  }

  #say(message: unknown): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message))
  }
}

function parsed(text: string): AttachTell | undefined {
  try {
    return JSON.parse(text) as AttachTell
  } catch {
    return undefined
  }
}
