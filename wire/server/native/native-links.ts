import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import { decodeFrame } from '../../common/frames.ts'
import { PROTOCOL_VERSIONS } from '../../common/messages.ts'
import type { LinkEnd, LinkReactions } from '../agent-link.ts'
import type { AgentStore } from '../agent-store.ts'
import type { OpenLinks } from '../links.ts'
import { ReportWriter } from '../report-writer.ts'
import { CheckpointSender, type KeyRotation, type PublishedCheckpoint } from './checkpoint-sender.ts'
import { Conversation } from './conversation.ts'
import { type Greeting, greet } from './greeting.ts'
import { NativeLink, type SocketFacts } from './native-link.ts'

export interface NativeLinksOptions<Tx> {
  /** Where live links are found; shared with other adapters. */
  readonly links: OpenLinks
  readonly store: AgentStore<Tx>
  readonly reactions: readonly LinkReactions<Tx>[]
  readonly log: Logger
  readonly now?: () => Date
  /** How often at most an agent is sent a checkpoint. */
  readonly checkpointSeconds?: number
}

export interface NativeLinks {
  /** Takes over a socket whose upgrade was accepted. */
  accept(socket: WebSocket, facts: SocketFacts): void
  publishCheckpoint(head: PublishedCheckpoint): void
  /** Rotations there ever were, oldest first; later calls add newer ones. */
  publishKeys(rotations: readonly KeyRotation[]): void
  /** Sends everybody away for a while; what arrived is stored or left to be sent again. */
  close(): Promise<void>
}

/** Nothing heard for this long: pinged, then given up. Agents beat every 10 s. */
const QUIET_MILLISECONDS = 20_000
const DEAD_MILLISECONDS = 45_000
const GREETING_MILLISECONDS = 10_000
const PROBE_MILLISECONDS = 3_000
const GAP_MILLISECONDS = 15_000
/** Connections that have not proved themselves yet. */
const GREETING_MAX = 10_000

/** Our own agent's protocol (wire/common/messages.ts), behind the port that features see. */
export function nativeLinks<Tx>(options: NativeLinksOptions<Tx>): NativeLinks {
  const { links, store, reactions, log, now = () => new Date() } = options
  const writer = new ReportWriter({ store, reactions, log, now })
  const checkpoints = new CheckpointSender({
    everySeconds: options.checkpointSeconds ?? 10,
    log,
    ahead: (link, size) => {
      const why = `the agent keeps a checkpoint of ${link.checkpointSize} entries and this journal has ${size}: it was restored from an older copy, or cut`
      for (const { alarm } of reactions) alarm?.(link, { kind: 'checkpoint_ahead', why }, now())
    },
  })
  const conversation = new Conversation({ writer, reactions, checkpoints, log, now })
  const rotations: KeyRotation[] = []
  const open = new Set<NativeLink>()
  const greeting = new Set<NativeLink>()
  const linkOf = new WeakMap<WebSocket, NativeLink>()
  let isClosing = false
  let closing: Promise<void> | undefined

  const refuse = (link: NativeLink, why: LinkEnd) => {
    link.close(why)
    greeting.delete(link)
  }

  const admit = (link: NativeLink, { agent, hello }: Greeting) => {
    greeting.delete(link)
    if (link.state !== 'proving' || isClosing) return
    Object.assign(link, { agentId: agent.agentId, serverId: agent.serverId, serverName: agent.serverName })
    if (!links.add(link)) {
      probe(links.of(agent.serverId))
      const message = 'Another link of this agent is open. It is being checked; come back in a moment.'
      return refuse(link, { code: 'agent.already_linked', message, again: true, retryAfterSeconds: 5 })
    }
    open.add(link)
    conversation.begin(link, agent, hello, rotations)
  }

  const probe = (first: unknown) => {
    if (!(first instanceof NativeLink) || first.probeUntil !== 0) return
    first.probeUntil = now().getTime() + PROBE_MILLISECONDS
    first.socket.ping()
  }

  function onMessage(this: WebSocket, data: RawData, isBinary: boolean) {
    const link = linkOf.get(this)
    if (!link || link.state === 'closed' || this.readyState !== this.OPEN) return
    heard(link)
    try {
      if (link.state === 'open') {
        if (isBinary) link.streams?.take(...frameOf(data as Buffer))
        else conversation.hear(link, (data as Buffer).toString('utf8'), (data as Buffer).length)
      } else if (link.state === 'greeting' && !isBinary) {
        link.state = 'proving'
        void greet(link, (data as Buffer).toString('utf8'), { store, now }).then(
          (greeting) => ('code' in greeting ? refuse(link, greeting) : admit(link, greeting)),
          (error) => {
            log.error({ err: error }, 'an agent could not be checked')
            refuse(link, { code: 'server.busy', message: 'Not now.', again: true, retryAfterSeconds: 5 })
          },
        )
      } else throw new Error('a message came before welcome')
    } catch (error) {
      refuse(link, { code: 'link.protocol', message: (error as Error).message.slice(0, 300), again: true })
    }
  }

  function onPong(this: WebSocket) {
    const link = linkOf.get(this)
    if (link) heard(link)
  }

  function onClose(this: WebSocket) {
    const link = linkOf.get(this)
    if (!link || link.state === 'closed') return
    link.state = 'closed'
    greeting.delete(link)
    if (!open.delete(link)) return
    links.remove(link)
    writer.forget(link)
    link.streams?.close().catch((error) => log.error({ err: error }, 'a stream could not be closed'))
    const at = now()
    for (const { unlinked } of reactions) unlinked?.(link, at, link.whyEnded || 'the connection ended')
  }

  function onError(this: WebSocket, error: Error) {
    const link = linkOf.get(this)
    if (link) link.whyEnded ||= error.message.slice(0, 200)
  }

  const heard = (link: NativeLink) => {
    link.heard = now().getTime()
    link.probeUntil = 0
  }

  const tick = () => {
    const at = now().getTime()
    for (const link of greeting) {
      if (at - link.acceptedAt < GREETING_MILLISECONDS) break
      refuse(link, { code: 'link.silent', message: 'No hello came.', again: true })
      link.socket.terminate()
    }
    for (const link of open) attend(link, at)
  }

  const attend = (link: NativeLink, at: number) => {
    const quiet = at - link.heard
    // What is not read from a link cannot be heard on it.
    if (
      !link.socket.isPaused &&
      (quiet > DEAD_MILLISECONDS || (link.probeUntil !== 0 && at > link.probeUntil))
    ) {
      link.whyEnded ||= 'the agent was not heard any more'
      link.socket.terminate()
      return
    }
    if (quiet > QUIET_MILLISECONDS && at - link.pinged > QUIET_MILLISECONDS) {
      link.pinged = at
      link.socket.ping()
    }
    if (link.gapSince !== 0 && at - link.gapSince > GAP_MILLISECONDS) link.reportOrder?.stopWaiting()
    checkpoints.attend(link, at)
  }

  const timer = setInterval(tick, 1000)

  return {
    accept(socket, facts) {
      const link = new NativeLink(socket, facts, randomBytes(32).toString('base64'), now().getTime())
      linkOf.set(socket, link)
      socket.on('message', onMessage).on('pong', onPong).on('close', onClose).on('error', onError)
      if (isClosing || greeting.size >= GREETING_MAX) {
        const retryAfterSeconds = 5 + Math.round(Math.random() * 25)
        return refuse(link, {
          code: 'server.busy',
          message: 'Too many at once.',
          again: true,
          retryAfterSeconds,
        })
      }
      greeting.add(link)
      link.send({
        t: 'challenge',
        nonce: link.nonce,
        versions: [...PROTOCOL_VERSIONS],
        at: new Date(link.acceptedAt).toISOString(),
      })
    },
    publishCheckpoint: (head) => checkpoints.publish(head),
    publishKeys(added) {
      rotations.push(...added)
      for (const link of open) for (const rotation of added) link.send({ t: 'key', ...rotation })
    },
    close: () => (closing ??= close()),
  }

  async function close() {
    isClosing = true
    clearInterval(timer)
    const why = {
      code: 'server.stopping',
      message: 'This server is stopping.',
      again: true,
      retryAfterSeconds: 1,
    }
    const all = [...open, ...greeting]
    for (const link of all) link.close(why)
    await writer.stop()
    await Promise.race([
      Promise.all(all.map(({ socket }) => closed(socket))),
      new Promise((resolve) => setTimeout(resolve, 2000)),
    ])
    for (const { socket } of all) socket.terminate()
    await Promise.all(all.map(({ socket }) => closed(socket)))
  }
}

const frameOf = (data: Buffer): [string, number, Uint8Array] => {
  const { stream, offset, payload } = decodeFrame(data)
  return [stream, offset, payload]
}

const closed = (socket: WebSocket) =>
  new Promise<void>((resolve) => {
    if (socket.readyState === socket.CLOSED) resolve()
    else socket.once('close', () => resolve())
  })
