import { type Backoff, backoff } from './backoff.ts'
import type { ChannelEvents } from './use-subscription.ts'

interface Subscription {
  readonly name: string
  readonly input: unknown
  readonly events: ChannelEvents<unknown>
}

export interface LiveState {
  readonly link: 'off' | 'connecting' | 'open' | 'lost'
  /** When the link was lost; milliseconds since 1970. */
  readonly lostAt: number | null
}

const PING_EVERY_MILLISECONDS = 20_000
const PONG_WITHIN_MILLISECONDS = 10_000

/**
 * The one WebSocket of this console. Subscriptions outlive connections: after a loss it reconnects with growing,
 * jittered pauses and subscribes to everything again, so that each channel sends its backfill anew.
 */
export class LiveLink {
  #socket: WebSocket | null = null
  #subscriptions = new Map<string, Subscription>()
  #listeners = new Set<() => void>()
  #state: LiveState = { link: 'off', lostAt: null }
  #next = 1
  #wanted = false
  #retry: ReturnType<typeof setTimeout> | undefined
  #pulse: ReturnType<typeof setInterval> | undefined
  #pong: ReturnType<typeof setTimeout> | undefined
  readonly #pauses: Backoff = backoff()
  /** Called when the actor's role or groups changed. */
  onActor: () => void = () => {}
  /** Called when the link is there again after a loss. */
  onBack: () => void = () => {}
  /** Called after each failed attempt, so that an ended session is noticed. */
  onFailed: () => void = () => {}

  readonly state = (): LiveState => this.#state
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#set({ link: 'connecting', lostAt: null })
    this.#connect()
  }

  stop(): void {
    this.#wanted = false
    clearTimeout(this.#retry)
    this.#quiet()
    this.#socket?.close()
    this.#socket = null
    this.#set({ link: 'off', lostAt: null })
  }

  /** Tries at once instead of at the end of the pause; for when the network or the page comes back. */
  hurry(): void {
    if (!this.#wanted || this.#socket !== null) return
    clearTimeout(this.#retry)
    this.#connect()
  }

  /** Asks whether the link still lives, instead of at the next pulse; for when the network went away. */
  doubt(): void {
    if (this.#state.link === 'open') this.#ping()
  }

  subscribe(name: string, input: unknown, events: ChannelEvents<unknown>): () => void {
    const id = `s${this.#next++}`
    this.#subscriptions.set(id, { name, input, events })
    this.#send({ type: 'subscribe', id, name, input })
    return () => {
      if (this.#subscriptions.delete(id)) this.#send({ type: 'unsubscribe', id })
    }
  }

  #set(state: LiveState) {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }

  #send(message: unknown) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #connect() {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live`)
    this.#socket = socket
    socket.onopen = () => {
      const wasLost = this.#state.link === 'lost'
      this.#pauses.reset()
      this.#set({ link: 'open', lostAt: null })
      for (const [id, { name, input, events }] of this.#subscriptions)
        this.#send({ type: 'subscribe', id, name, input: (wasLost && events.resume?.()) || input })
      this.#pulse = setInterval(() => this.#ping(), PING_EVERY_MILLISECONDS)
      if (wasLost) this.onBack()
    }
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#hear(JSON.parse(data))
    }
    socket.onclose = () => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#quiet()
      if (!this.#wanted) return
      this.#set({ link: 'lost', lostAt: this.#state.lostAt ?? Date.now() })
      this.onFailed()
      this.#retry = setTimeout(() => this.#connect(), this.#pauses.next())
    }
  }

  #ping() {
    this.#send({ type: 'ping' })
    this.#pong ??= setTimeout(() => this.#socket?.close(), PONG_WITHIN_MILLISECONDS)
  }

  #quiet() {
    clearInterval(this.#pulse)
    clearTimeout(this.#pong)
    this.#pong = undefined
  }

  #hear(said: { type: string; id?: string; message?: unknown; fault?: { code: string; message: string } }) {
    clearTimeout(this.#pong)
    this.#pong = undefined
    if (said.type === 'actor') this.onActor()
    const subscription = this.#subscriptions.get(said.id ?? '')
    if (subscription === undefined) return
    if (said.type === 'message') subscription.events.message(said.message)
    if (said.type === 'ready') subscription.events.ready?.()
    if (said.type === 'end') {
      this.#subscriptions.delete(said.id!)
      subscription.events.end?.(said.fault ?? null)
    }
  }
}

export const liveLink = new LiveLink()
