import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { baseFaults, type Fault } from '../../common/fault.ts'
import { newId } from '../../common/id.ts'
import { type Actor, anonymous, rightsOf } from '../actor.ts'
import type { Kernel } from '../call.ts'
import type { Feature, RequestFacts } from '../endpoint.ts'
import { faultOf } from '../http-error.ts'
import { Subscription } from './subscription.ts'

const FromClient = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    id: z.string().min(1).max(64),
    name: z.string().max(100),
    input: z.unknown(),
  }),
  z.object({ type: z.literal('unsubscribe'), id: z.string().min(1).max(64) }),
  z.object({ type: z.literal('ping') }),
])

interface LiveOptions {
  readonly kernel: Kernel
  readonly features: readonly Feature[]
  readonly log: Logger
}

export interface Live {
  /** @param identify resolves the actor anew; called again whenever something about people changed */
  accept(socket: WebSocket, request: RequestFacts, identify: () => Promise<Actor>): void
  close(): void
}

const SUBSCRIPTIONS_MAX = 50
const LIVENESS_MILLISECONDS = 30_000
const AUTHORIZATION_MILLISECONDS = 5_000

/**
 * The one WebSocket of the console. Each subscription is a channel's `next`, run again after every poke with the
 * actor resolved anew, so that what a demotion takes away is gone from the next message on (ADR 0011).
 */
export function openLive({ kernel, features, log }: LiveOptions): Live {
  const channels = new Map(
    features.flatMap((feature) =>
      Object.entries(feature.api).flatMap(([name, endpoint]) =>
        endpoint.kind === 'channel' ? [[name, { endpoint, handler: feature.handlers[name] }] as const] : [],
      ),
    ),
  )
  const open = new Set<Connection>()
  const beat = setInterval(() => {
    for (const connection of open) connection.checkLiveness()
  }, LIVENESS_MILLISECONDS)
  const recheck = setInterval(() => {
    for (const connection of open) void connection.recheck()
  }, AUTHORIZATION_MILLISECONDS)
  // Whatever changes a person, a role, a group or a session announces `actor`; every open connection looks again.
  const stopListening = kernel.bus.subscribe('actor', () => {
    for (const connection of open) void connection.recheck()
  })

  class Connection {
    readonly #socket: WebSocket
    readonly #request: RequestFacts
    readonly #identify: () => Promise<Actor>
    readonly #subscriptions = new Map<string, Subscription>()
    #actor: string | undefined
    #alive = true

    constructor(socket: WebSocket, request: RequestFacts, identify: () => Promise<Actor>) {
      this.#socket = socket
      this.#request = request
      this.#identify = identify
      socket.on('message', (data, isBinary) => this.#hear(data.toString(), isBinary))
      socket.on('pong', () => {
        this.#alive = true
      })
      socket.on('close', () => this.#end())
      socket.on('error', () => socket.terminate())
      open.add(this)
      void this.recheck()
    }

    checkLiveness() {
      if (!this.#alive) return this.#socket.terminate()
      this.#alive = false
      this.#socket.ping()
    }

    /** Closes when the session ended; otherwise says that rights changed and runs every subscription again. */
    async recheck() {
      try {
        const actor = await this.#identify()
        if (actor.kind === 'anonymous') return this.#socket.close(4401, 'signed out')
        const now = rightsOf(actor)
        const before = this.#actor
        this.#actor = now
        if (before === undefined || before === now) return
        this.#send({ type: 'actor' })
        for (const subscription of this.#subscriptions.values()) subscription.restart()
      } catch (error) {
        log.error({ err: error }, 'a live connection could not be checked')
      }
    }

    #hear(text: string, isBinary: boolean) {
      const message = isBinary ? undefined : FromClient.safeParse(parsed(text)).data
      if (message === undefined) return this.#socket.close(4400, 'not a message of this protocol')
      if (message.type === 'ping') return this.#send({ type: 'pong' })
      if (message.type === 'unsubscribe') return this.#drop(message.id)
      this.#subscribe(message.id, message.name, message.input)
    }

    #subscribe(id: string, name: string, input: unknown) {
      this.#drop(id)
      const channel = channels.get(name)
      // Each subscription is a request of its own: it is answered, counted and refused by itself.
      const request: RequestFacts = {
        ...this.#request,
        id: newId(),
        action: channel === undefined ? 'unknown' : name,
      }
      const refuse = (fault: Fault) => {
        void this.#keep(request, fault, input)
        this.#finish(id, fault)
      }
      if (channel === undefined) return refuse(baseFaults['request.no_endpoint']())
      if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) return refuse(baseFaults['request.too_many'](1))
      let isReady = false
      const subscription = new Subscription({
        kernel,
        name,
        channel: channel.endpoint,
        handler: channel.handler,
        input,
        request,
        identify: this.#identify,
        send: (message) => this.#deliver({ type: 'message', id, message }),
        ready: (actor) => {
          if (!isReady) kernel.reads.add(actor.id, name, 200)
          isReady = true
          this.#send({ type: 'ready', id })
        },
        ended: (error) => {
          this.#subscriptions.delete(id)
          const fault = error === undefined ? null : faultOf(error, { id: request.id, route: name }, log)
          // A page whose session ended ends with it; that is in the record already.
          if (fault && !(isReady && fault.status === 401)) void this.#keep(request, fault, input)
          this.#finish(id, fault)
        },
      })
      this.#subscriptions.set(id, subscription)
      subscription.start()
    }

    async #keep(request: RequestFacts, fault: Fault, input: unknown) {
      const actor = await this.#identify().catch(() => anonymous)
      await kernel.failures.record({ actor, request }, fault, input)
    }

    #drop(id: string) {
      this.#subscriptions.get(id)?.stop()
      this.#subscriptions.delete(id)
    }

    #finish(id: string, fault: Fault | null) {
      this.#send({ type: 'end', id, fault: fault && { code: fault.code, message: fault.message } })
    }

    #send(message: object) {
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
    }

    /** Resolves when the message left this process: a slow reader slows its own subscriptions and nobody else. */
    #deliver(message: object) {
      return new Promise<void>((sent) => {
        if (this.#socket.readyState !== this.#socket.OPEN) return sent()
        this.#socket.send(JSON.stringify(message), () => sent())
      })
    }

    #end() {
      open.delete(this)
      for (const subscription of this.#subscriptions.values()) subscription.stop()
      this.#subscriptions.clear()
    }

    close() {
      this.#socket.close(1001, 'the server is stopping')
    }
  }

  return {
    accept: (socket, request, identify) => void new Connection(socket, request, identify),
    close() {
      clearInterval(beat)
      clearInterval(recheck)
      stopListening()
      for (const connection of open) connection.close()
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
