import { sql } from 'kysely'
import type { RunOrder } from '../common/wire.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

/** A command on its way to an agent. */
export interface Dispatchable {
  readonly id: string
  readonly serverId: string
  readonly order: RunOrder
}

const MARK_MILLISECONDS = 30

/**
 * Hands commands to live links. Nothing here decides whether a command runs: the row does, and the agent takes each id
 * once, so sending twice is safe and sending late is only late.
 */
export class Dispatcher {
  readonly #parts: Pick<CommandsParts, 'db' | 'links' | 'now' | 'bus' | 'log'>
  /** Sent, and not yet written down as delivered: most are picked up before that and need no writing. */
  readonly #sent = new Map<string, Date>()
  #timer: NodeJS.Timeout | undefined

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
    if (this.#sent.size > 0) this.#timer ??= setTimeout(() => void this.#markDelivered(), MARK_MILLISECONDS)
  }

  /** The agent has it: there is nothing left to write down, and when it was sent is returned. */
  pickedUp(id: string): Date | undefined {
    const at = this.#sent.get(id)
    this.#sent.delete(id)
    return at
  }

  /** Sent and not confirmed: the agent may be starting it right now. */
  isSent(id: string): boolean {
    return this.#sent.has(id)
  }

  /** Asks the agent to end a command, or not to start it. Asking twice does no harm. */
  end(serverId: string, kind: 'command.stop' | 'command.cancel', commandId: string, reason: string): void {
    this.#parts.links
      .of(serverId)
      ?.order({ id: crypto.randomUUID(), kind, body: { commandId, reason: reason.slice(0, 300) } })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #markDelivered() {
    this.#timer = undefined
    const { db, bus, log } = this.#parts
    const sent = [...this.#sent]
    this.#sent.clear()
    if (sent.length === 0) return
    try {
      // A row that is locked is being picked up, cancelled or ended at this moment: it needs no such mark any more.
      await sql`
        with waiting as materialized (
          select id from command where id = any(${sent.map(([id]) => id)}::uuid[]) and state = 'queued'
          for no key update skip locked)
        update command c set state = 'delivered', delivered_at = sent.at, heard_at = sent.at
        from waiting join unnest(${sent.map(([id]) => id)}::uuid[], ${sent.map(([, at]) => at)}::timestamptz[]) as sent (id, at)
          on sent.id = waiting.id
        where c.id = waiting.id`.execute(db)
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
