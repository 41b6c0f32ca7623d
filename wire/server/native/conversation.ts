import type { Logger } from 'pino'
import { HoleReport } from '../../common/messages.ts'
import { type ArrivedReport, HOLE, type LinkReactions, type StreamSink } from '../agent-link.ts'
import type { KnownAgent } from '../agent-store.ts'
import { holeBefore, holeInsteadOf } from '../hole.ts'
import type { ReportWriter } from '../report-writer.ts'
import { clockOffset, onServerClock } from './agent-clock.ts'
import type { CheckpointSender, KeyRotation } from './checkpoint-sender.ts'
import type { Hello } from './greeting.ts'
import { LinkStreams } from './link-streams.ts'
import type { NativeLink } from './native-link.ts'
import { type Heard, readMessage, type UnreadableReport } from './read-message.ts'
import { ReportOrder } from './report-order.ts'

interface ConversationOptions<Tx> {
  readonly writer: ReportWriter<Tx>
  readonly reactions: readonly LinkReactions<Tx>[]
  readonly checkpoints: CheckpointSender
  readonly log: Logger
  readonly now: () => Date
}

type Reports = Extract<Heard, { t: 'reports' }>['items']

/** What is said on a link once the agent has proved itself. */
export class Conversation<Tx> {
  readonly #options: ConversationOptions<Tx>
  readonly #streams: Record<string, (serverId: string, stream: string) => Promise<StreamSink | undefined>>

  constructor(options: ConversationOptions<Tx>) {
    this.#options = options
    this.#streams = Object.assign({}, ...options.reactions.map(({ streams }) => streams ?? {}))
  }

  begin(link: NativeLink, agent: KnownAgent, hello: Hello, rotations: readonly KeyRotation[]): void {
    const { reactions, log, now } = this.#options
    const at = now()
    link.state = 'open'
    link.connectedAt = at
    link.agentVersion = hello.agentVersion
    link.protocolVersion = hello.version
    link.runId = hello.runId
    link.checkpointSize = hello.checkpointSize
    link.reportOrder = new ReportOrder(agent.committed)
    link.streams = new LinkStreams({
      open: async (stream, purpose) =>
        Object.hasOwn(this.#streams, purpose) ? this.#streams[purpose]!(link.serverId, stream) : undefined,
      tell: (position) => link.send({ t: 'stream.position', ...position }),
      violated: (message) => link.close({ code: 'link.stream', message, again: true, retryAfterSeconds: 1 }),
      log,
    })
    link.send({
      t: 'welcome',
      version: hello.version,
      serverId: agent.serverId,
      name: agent.serverName,
      committed: agent.committed,
      at: at.toISOString(),
    })
    for (const rotation of rotations) link.send({ t: 'key', ...rotation })
    // 0 is an agent that lost its queue and says so itself, with a hole.
    if (hello.nextReport !== 0 && hello.nextReport <= agent.committed) {
      const why = `the agent would give number ${hello.nextReport} next and ${agent.committed} are stored: its queue is an older copy`
      for (const { alarm } of reactions) alarm?.(link, { kind: 'reports_rewound', why }, at)
    }
    for (const { linked } of reactions) linked?.(link)
  }

  /** @throws Error when the agent broke the protocol. */
  hear(link: NativeLink, text: string, bytes: number): void {
    const message = readMessage(text)
    if (message === undefined) return
    if (typeof message === 'string') throw new Error(message)
    const { reactions, now } = this.#options
    switch (message.t) {
      case 'reports':
        this.#hearReports(link, message.items, bytes)
        return
      case 'beat':
        this.#hearBeat(link, message)
        return
      case 'stream.offer':
        link.streams?.offer(message.stream, message.purpose)
        return
      case 'facts':
        for (const { facts } of reactions) facts?.(link, message.facts, now())
        return
      case 'checkpoint.kept':
        return
      case 'terminals':
        for (const { terminals } of reactions) terminals?.(link, message.items)
        return
      case 'terminal.taken':
        for (const { taken } of reactions) taken?.(link, message.terminal, message.taken)
        return
      case 'hello':
        throw new Error('hello came twice')
    }
  }

  #hearReports(link: NativeLink, items: Reports, bytes: number): void {
    const order = link.reportOrder!
    const receivedAt = this.#options.now()
    let taken = 0
    for (const item of items) {
      const hole = 'kind' in item && item.kind === HOLE ? HoleReport.safeParse(item.body).data : undefined
      const placed = order.place(item.n, hole)
      if (placed.do === 'resend') {
        link.gapSince = receivedAt.getTime()
        link.send({ t: 'resend', expected: placed.expected })
      }
      if (placed.do !== 'take') continue
      link.gapSince = 0
      const report = this.#arrived(link, item, placed.from, receivedAt)
      if (placed.missing)
        this.#options.writer.add(link, holeBefore(report, placed.missing.from, placed.missing.to))
      if (report.kind === 'checkpoint.alarm') link.isCheckpointRefused = true
      this.#options.writer.add(link, report)
      taken++
    }
    if (taken > 0) link.hold(order.next - 1, bytes)
    // All of it was stored before: the agent may forget it, if what is stored is not still on its way.
    else if (!order.isWaiting && items.at(-1)!.n < order.next)
      this.#options.writer.confirm(link, order.next - 1)
  }

  #arrived(link: NativeLink, item: Reports[number], from: number, receivedAt: Date): ArrivedReport {
    const { agentId, serverId, serverName } = link
    const base = { agentId, serverId, serverName, n: item.n, from, receivedAt }
    if (!('why' in item))
      return {
        ...base,
        kind: item.kind,
        body: item.body,
        at: onServerClock(item.at, link.clockOffsetMilliseconds, receivedAt),
      }
    const { why } = item as UnreadableReport
    return holeInsteadOf(
      { ...base, kind: '', body: null, at: receivedAt },
      `a report could not be read: ${why}`,
    )
  }

  #hearBeat(link: NativeLink, beat: Extract<Heard, { t: 'beat' }>): void {
    const { reactions, checkpoints, now } = this.#options
    const at = now()
    const offset = clockOffset(Date.parse(beat.at), at.getTime(), link.roundTripMilliseconds)
    // A late beat looks like a slow clock: the smallest difference seen is the nearest to the truth.
    if (
      Math.abs(offset) <= Math.abs(link.clockOffsetMilliseconds) ||
      Math.abs(offset - link.clockOffsetMilliseconds) > 1000
    )
      link.clockOffsetMilliseconds = offset
    const { reports, oldestAt } = beat.queue
    link.queue = {
      reports,
      oldestAt: oldestAt === null ? null : onServerClock(oldestAt, link.clockOffsetMilliseconds, at),
    }
    link.completeTo = link.queue.oldestAt ?? onServerClock(beat.at, link.clockOffsetMilliseconds, at)
    checkpoints.heard(link, beat.checkpointSize, at.getTime())
    link.streams?.sweep()
    for (const { beat: react } of reactions) react?.(link, beat.running, at)
  }
}
