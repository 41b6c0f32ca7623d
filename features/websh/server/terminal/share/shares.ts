import { AttachClose } from '../../../common/attach.ts'
import type { LiveTerminals } from '../live-terminals.ts'
import type { TerminalParts } from '../parts.ts'
import { aboutRow, operatorOf } from '../terminal-row.ts'

/** Ends shares when their time is over, and sends away who came by one that has ended. */
export class Shares {
  readonly #parts: TerminalParts
  readonly #live: LiveTerminals
  readonly #timers = new Map<string, NodeJS.Timeout>()

  constructor(parts: TerminalParts, live: LiveTerminals) {
    this.#parts = parts
    this.#live = live
  }

  /** After a restart. */
  async start(): Promise<void> {
    const open = await this.#parts.db
      .selectFrom('terminal_share')
      .select(['id', 'terminal_id', 'expires_at'])
      .where('ended_at', 'is', null)
      .execute()
    for (const { id, terminal_id, expires_at } of open) this.#endAt(terminal_id, id, expires_at)
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  /** A share began, or the one there was ended. */
  changed(terminalId: string, share: { readonly id: string; readonly expiresAt: Date } | undefined): void {
    clearTimeout(this.#timers.get(terminalId))
    this.#timers.delete(terminalId)
    if (share) this.#endAt(terminalId, share.id, share.expiresAt)
    // Who may be where is looked at every few seconds anyway.
    this.#sendGuestsAway(terminalId).catch((error) =>
      this.#parts.log.error({ err: error }, 'guests of a terminal could not be looked at'),
    )
  }

  /** Ends what is over and was not ended: its time came while the database was away, or its beginning was not heard of. */
  async look(terminalIds: readonly string[]): Promise<void> {
    if (terminalIds.length === 0) return
    const over = await this.#parts.db
      .selectFrom('terminal_share')
      .select(['id', 'terminal_id'])
      .where('terminal_id', 'in', terminalIds)
      .where('ended_at', 'is', null)
      .where('expires_at', '<', this.#parts.now())
      .execute()
    for (const { id, terminal_id } of over) await this.#expire(terminal_id, id)
  }

  #endAt(terminalId: string, shareId: string, expiresAt: Date): void {
    const left = Math.max(0, expiresAt.getTime() - this.#parts.now().getTime())
    const timer = setTimeout(() => {
      this.#expire(terminalId, shareId).catch((error) =>
        this.#parts.log.error({ err: error }, 'a share of a terminal could not be ended'),
      )
    }, left)
    timer.unref()
    this.#timers.set(terminalId, timer)
  }

  async #expire(terminalId: string, shareId: string): Promise<void> {
    const { db, now, writeEntry, sealSoon } = this.#parts
    await this.#sendGuestsAway(terminalId)
    const at = now()
    await db.transaction().execute(async (tx) => {
      const ended = await tx
        .updateTable('terminal_share')
        .set({ ended_at: at, end_why: 'expired' })
        .where('id', '=', shareId)
        .where('ended_at', 'is', null)
        .executeTakeFirstOrThrow()
      if (ended.numUpdatedRows === 0n) return
      const row = await tx
        .selectFrom('terminal')
        .selectAll()
        .where('id', '=', terminalId)
        .executeTakeFirstOrThrow()
      await writeEntry(tx, {
        kind: 'terminal.share-ended',
        at,
        actor: operatorOf(row),
        ...aboutRow(row),
        data: { shareId, why: 'expired' },
      })
    })
    sealSoon()
  }

  async #sendGuestsAway(terminalId: string): Promise<void> {
    const live = await this.#live.of(terminalId)
    for (const viewer of live?.viewers ?? []) {
      if (viewer.facts.mode !== 'guest') continue
      const why = await viewer.facts.stillAllowed()
      if (why !== undefined)
        viewer.leave(AttachClose.forbidden, { code: 'terminal.share_gone', message: why.message })
    }
  }
}
