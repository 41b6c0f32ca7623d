import { sql } from 'kysely'
import type { Parts } from '../../../base/server/parts.ts'
import { RegularLook } from '../../../base/server/regular-look.ts'
import type { AgentLinks, LinkEnd } from '../../../wire/server/agent-link.ts'

const EVERY_MILLISECONDS = 15_000

export const REMOVED: LinkEnd = {
  code: 'agent.removed',
  message: 'This machine was removed from Annals.',
  again: false,
}

/**
 * Compares open links with the rows of their servers. A database that breaks between committing that a server was removed or
 * renamed and saying so leaves a link that nobody told.
 */
export class LinkCheck {
  readonly #parts: Pick<Parts, 'db' | 'log'>
  readonly #links: AgentLinks
  readonly #regular: RegularLook

  constructor(parts: Pick<Parts, 'db' | 'log'>, links: AgentLinks) {
    this.#parts = parts
    this.#links = links
    this.#regular = new RegularLook(
      EVERY_MILLISECONDS,
      () => this.#look(),
      (error) => parts.log.error({ err: error }, 'links could not be compared with their servers'),
    )
  }

  start(): void {
    this.#regular.start()
  }

  stop(): Promise<void> {
    return this.#regular.stop()
  }

  async #look(): Promise<void> {
    const known = [...this.#links.all()].map((link) => ({ link, name: link.serverName }))
    if (known.length === 0) return
    const { rows } = await sql<{ id: string; name: string; is_removed: boolean }>`
      select s.id, s.name, s.removed_at is not null as is_removed
      from unnest(${known.map(({ link }) => link.serverId)}::uuid[], ${known.map(({ name }) => name)}::text[]) as known (id, name)
        join server s on s.id = known.id
      where s.removed_at is not null or s.name <> known.name`.execute(this.#parts.db)
    const rowOf = new Map(rows.map((row) => [row.id, row]))
    for (const { link, name } of known) {
      const row = rowOf.get(link.serverId)
      if (row?.is_removed) link.close(REMOVED)
      // Renamed once more while this was read, it knows better.
      else if (row && link.serverName === name) link.rename(row.name)
    }
  }
}
