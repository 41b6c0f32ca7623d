import { prepared } from '../../../base/server/prepared.ts'
import type { RunOrder } from '../common/wire.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

/** A command on its way to an agent. */
export interface Dispatchable {
  readonly id: string
  readonly serverId: string
  readonly order: RunOrder
}

/** What no agent confirmed for so long, and at most twice as long, is written down as delivered. */
const MARK_MILLISECONDS = 250

// A row that is locked is being picked up, cancelled or ended at this moment: it needs no such mark any more.
const delivered = prepared(
  'command_delivered',
  `with waiting as materialized (
     select id from command where id = any($1::uuid[]) and state = 'queued' for no key update skip locked)
   update command c set state = 'delivered', delivered_at = sent.at, heard_at = sent.at
   from waiting join unnest($1::uuid[], $2::timestamptz[]) as sent (id, at) on sent.id = waiting.id
   where c.id = waiting.id`,
)

/**
 * Hands commands to live links. Nothing here decides whether a command runs: the row does, and the agent takes each id
 * once, so sending twice is safe and sending late is only late.
 */
export class Dispatcher {
  readonly #parts: Pick<CommandsParts, 'db' | 'links' | 'now' | 'bus' | 'log'>
  /**
   * Sent, and not yet written down as delivered: most are picked up before that and need no writing, which would be one
   * more version of the row in each of its indexes. Since the last look; before it; being written.
   */
  #sent = new Map<string, Date>()
  #waited = new Map<string, Date>()
  #marking = new Map<string, Date>()
  #timer: NodeJS.Timeout | undefined
  #isMarking = false
  #stopped = false

  constructor(parts: Pick<CommandsParts, 'db' | 'links' | 'now' | 'bus' | 'log'>) {
    this.#parts = parts
  }

  /** To be called after the commit that made them due. A server without a link gets them when it has one. */
  send(commands: readonly Dispatchable[]): void {
    for (const { id, serverId, order } of commands) {
      const link = this.#parts.links.of(serverId)
      if (link === undefined) continue
      link.order({ id, kind: 'command.run', body: order })
      this.#sent.set(id, this.#parts.now())
    }
    if (this.#sent.size > 0) this.#lookLater()
  }

  /** The agent has it: there is nothing left to write down, and when it was sent is returned. */
  pickedUp(id: string): Date | undefined {
    const at = this.#sent.get(id) ?? this.#waited.get(id) ?? this.#marking.get(id)
    for (const sent of [this.#sent, this.#waited, this.#marking]) sent.delete(id)
    return at
  }

  /** Sent and not confirmed: the agent may be starting it right now. */
  isSent(id: string): boolean {
    return this.#sent.has(id) || this.#waited.has(id) || this.#marking.has(id)
  }

  /** Asks the agent to end a command, or not to start it. Asking twice does no harm. */
  end(serverId: string, kind: 'command.stop' | 'command.cancel', commandId: string, reason: string): void {
    this.#parts.links
      .of(serverId)
      ?.order({ id: crypto.randomUUID(), kind, body: { commandId, reason: reason.slice(0, 300) } })
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #lookLater(): void {
    if (this.#isMarking || this.#stopped) return
    this.#timer ??= setTimeout(() => void this.#look(), MARK_MILLISECONDS)
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    this.#marking = this.#waited
    this.#waited = this.#sent
    this.#sent = new Map()
    this.#isMarking = true
    if (this.#marking.size > 0) await this.#markDelivered([...this.#marking])
    this.#isMarking = false
    this.#marking = new Map()
    if (this.#sent.size + this.#waited.size > 0) this.#lookLater()
  }

  async #markDelivered(sent: readonly (readonly [string, Date])[]): Promise<void> {
    const { db, bus, log } = this.#parts
    try {
      await db.executeQuery(
        delivered(
          sent.map(([id]) => id),
          sent.map(([, at]) => at),
        ),
      )
      for (const [id] of sent) {
        bus.publish(ANY_COMMAND, id)
        bus.publish(oneCommand(id))
      }
    } catch (error) {
      log.error(
        { err: error },
        'commands were sent and could not be marked as delivered; a new link will send them again',
      )
    }
  }
}

interface OrderRow {
  readonly line: string
  readonly account: string | null
  readonly os_group: string | null
  readonly timeout_seconds: number | null
  readonly submitted_at: Date
  readonly sealed: string | null
}

export const orderOf = (row: OrderRow): RunOrder => ({
  line: row.line,
  account: row.account,
  group: row.os_group,
  timeoutSeconds: row.timeout_seconds,
  sealed: row.sealed,
  submittedAt: row.submitted_at.toISOString(),
})
