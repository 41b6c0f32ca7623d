import { sql } from 'kysely'
import type { LiveTerminals } from './live-terminals.ts'
import type { TerminalParts } from './parts.ts'
import type { Viewer } from './viewer.ts'

/** Changes of rights that come together are looked at together. */
const GATHER_MILLISECONDS = 50
/** Sessions end by time as well, which nobody announces. */
const EVERY_MILLISECONDS = 5000

/**
 * Looks again who may be at which terminal, whenever something about people, groups, sessions or tokens changed and every
 * few seconds: whoever lost the right is sent away, and a terminal whose person may not work there any more is closed.
 */
export class RightsWatch {
  readonly #parts: TerminalParts
  readonly #live: LiveTerminals
  readonly #stopListening: () => void
  readonly #beat: NodeJS.Timeout
  #soon: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #again = false

  constructor(parts: TerminalParts, live: LiveTerminals) {
    this.#parts = parts
    this.#live = live
    this.#stopListening = parts.bus.subscribe('actor', () => {
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined
        this.look()
      }, GATHER_MILLISECONDS)
    })
    this.#beat = setInterval(() => this.look(), EVERY_MILLISECONDS)
    this.#beat.unref()
  }

  /** One look at a time; asked for during one, another follows. */
  look(): void {
    this.#again = true
    this.#looking ??= this.#lookOn().finally(() => {
      this.#looking = undefined
    })
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat)
    clearTimeout(this.#soon)
    this.#stopListening()
    await this.#looking
  }

  async #lookOn(): Promise<void> {
    while (this.#again) {
      this.#again = false
      try {
        await this.#live.endUnbegun()
        const all = await this.#live.all()
        if (all.length === 0) return
        await this.#closeForbidden()
        await this.#live.endLost()
        await Promise.all(all.flatMap(({ viewers }) => [...viewers].map(sendAwayIfForbidden)))
      } catch (error) {
        this.#parts.log.error({ err: error }, 'who may be at terminals could not be checked')
      }
    }
  }

  /** Terminals whose person may not work on that server any more. */
  async #closeForbidden(): Promise<void> {
    const { rows } = await sql<{ id: string; server_id: string }>`
      select t.id, t.server_id from terminal t left join person p on p.id = t.operator_id
      where t.status in ('opening', 'live') and t.operator_kind in ('person', 'token') and (
        p.id is null or p.status <> 'active' or p.role = 'auditor' or (p.role = 'member' and not exists (
          select from team_member m join server_team s on s.team_id = m.team_id
          where m.person_id = p.id and s.server_id = t.server_id)))`.execute(this.#parts.db)
    for (const row of rows) this.#live.end(row, 'Its person may not work on this server any more.')
  }
}

async function sendAwayIfForbidden(viewer: Viewer): Promise<void> {
  const why = await viewer.facts.stillAllowed()
  if (why !== undefined) viewer.leave(why.code, { code: 'terminal.forbidden', message: why.message })
}
