import type { Channel } from '../../common/api.ts'
import type { Actor } from '../actor.ts'
import { admit, askFor, type Kernel, readInput } from '../call.ts'
import { isDatabaseAway } from '../database-away.ts'
import type { ChannelHandler, RequestFacts } from '../endpoint.ts'

interface SubscriptionOptions {
  readonly kernel: Kernel
  readonly name: string
  readonly channel: Channel
  readonly handler: ChannelHandler<unknown, unknown>
  readonly input: unknown
  readonly request: RequestFacts
  readonly identify: () => Promise<Actor>
  readonly send: (message: unknown) => Promise<void>
  readonly ready: (actor: Actor) => void
  readonly ended: (error?: unknown) => void
}

/** Pokes that arrive within this time are answered by one read. */
const GATHER_MILLISECONDS = 20
/** How long to wait for a database that is away: whoever looks stays subscribed. */
const AGAIN_MILLISECONDS = 500
/** Beyond this many ids a subscription reads everything again instead. */
const POKED_MAX = 500

/**
 * Backfill, cut-over and live are one loop: listen first, read, then read again from the cursor after every poke.
 * What happens between listening and reading is read twice or once, never not at all.
 */
export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #unsubscribe: (() => void)[] = []
  #poked: Set<string> | 'everything' = 'everything'
  #waiting: (() => void) | undefined
  #cursor: unknown
  #stopped = false

  constructor(options: SubscriptionOptions) {
    this.#options = options
  }

  start() {
    this.#run().then(
      () => this.#options.ended(),
      (error) => {
        if (!this.#stopped) this.#options.ended(error)
        this.stop()
      },
    )
  }

  /** The actor's rights changed: what was sent may be too much or too little, so everything is read again. */
  restart() {
    this.#cursor = undefined
    this.#poke('everything')
  }

  stop() {
    this.#stopped = true
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe()
    this.#waiting?.()
  }

  async #run() {
    const input = readInput(this.#options.channel.in, this.#options.input ?? {})
    while (!this.#stopped) {
      try {
        if (await this.#read(input)) return
        await this.#nextPoke()
      } catch (error) {
        if (!isDatabaseAway(error)) throw error
        // What was poked is not read, and what is committed while it breaks may be told to nobody.
        this.#poked = 'everything'
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS))
      }
    }
  }

  /** @returns whether nothing more will come */
  async #read(input: unknown): Promise<boolean> {
    const { kernel, name, channel, handler, request, identify, send, ready } = this.#options
    const actor = await identify()
    admit(name, channel, actor, kernel.now())
    const ask = askFor(kernel, { actor, request }, input)
    if (this.#unsubscribe.length === 0 && !this.#stopped)
      for (const topic of handler.topics(ask))
        this.#unsubscribe.push(kernel.bus.subscribe(topic, (id) => this.#poke(id)))
    const poked = this.#poked
    this.#poked = new Set()
    const { messages, cursor, done } = await handler.next({ ...ask, cursor: this.#cursor, poked })
    this.#cursor = cursor
    for (const message of messages) {
      if (this.#stopped) return true
      await send(channel.out.parse(message))
    }
    // Also after an overflow or a change of rights: which ids were poked is not known then, so the page reads anew.
    if (poked === 'everything') ready(actor)
    return done ?? false
  }

  #poke(id: string) {
    if (id === 'everything' || (this.#poked !== 'everything' && this.#poked.size >= POKED_MAX))
      this.#poked = 'everything'
    else if (this.#poked !== 'everything') this.#poked.add(id)
    this.#waiting?.()
  }

  async #nextPoke() {
    const isPoked = () => this.#stopped || this.#poked === 'everything' || this.#poked.size > 0
    if (!isPoked()) await new Promise<void>((resolve) => (this.#waiting = resolve))
    this.#waiting = undefined
    if (!this.#stopped) await new Promise((resolve) => setTimeout(resolve, GATHER_MILLISECONDS))
  }
}
