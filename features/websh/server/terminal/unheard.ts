import { RegularLook } from '../../../../base/server/regular-look.ts'
import { isOpen } from '../../common/terminal.ts'
import type { LiveTerminal } from './live-terminal.ts'
import type { LiveTerminals } from './live-terminals.ts'
import type { TerminalParts } from './parts.ts'
import type { Shares } from './share/shares.ts'
import type { Row } from './terminal-row.ts'

const EVERY_MILLISECONDS = 5_000

/**
 * Brings what is known of terminals here up to what the database has. One that breaks between carrying out a commit and saying so
 * leaves a terminal there that started, was closed or is over, and nobody here was told. What is merely under way is not so at
 * two looks in a row.
 */
export class Unheard {
  readonly #parts: TerminalParts
  readonly #live: LiveTerminals
  readonly #shares: Shares
  #differed: ReadonlySet<string> = new Set()
  readonly #regular: RegularLook

  constructor(parts: TerminalParts, live: LiveTerminals, shares: Shares) {
    this.#parts = parts
    this.#live = live
    this.#shares = shares
    this.#regular = new RegularLook(
      EVERY_MILLISECONDS,
      () => this.#look(),
      (error) => parts.log.error({ err: error }, 'terminals could not be compared with the database'),
    )
  }

  start(): void {
    this.#regular.start()
  }

  stop(): Promise<void> {
    return this.#regular.stop()
  }

  async #look(): Promise<void> {
    const all = await this.#live.all()
    if (all.length === 0) return
    const ids = all.map(({ id }) => id)
    const rows = await this.#parts.db.selectFrom('terminal').selectAll().where('id', 'in', ids).execute()
    const rowOf = new Map(rows.map((row) => [row.id, row]))
    const differing = new Set<string>()
    for (const terminal of all) {
      const row = rowOf.get(terminal.id)
      const difference = row && differenceOf(terminal, row)
      if (row === undefined || difference === undefined) continue
      const key = `${terminal.id} ${difference}`
      if (this.#differed.has(key)) await this.#tell(terminal, row, difference)
      else differing.add(key)
    }
    this.#differed = differing
    await this.#shares.look(ids)
  }

  async #tell(terminal: LiveTerminal, row: Row, difference: Difference): Promise<void> {
    if (difference === 'over') return this.#live.over(row, row.status === 'interrupted')
    if (difference === 'started') {
      terminal.started(row, terminal.typing.link)
      if (!terminal.isLinked) this.#live.missing(terminal)
      return
    }
    terminal.row = { ...terminal.row, close_requested_at: row.close_requested_at }
    this.#live.end(row, 'It was closed.')
  }
}

type Difference = 'over' | 'started' | 'closed'

function differenceOf(terminal: LiveTerminal, row: Row): Difference | undefined {
  if (!isOpen(row.status)) return 'over'
  if (row.status === 'live' && terminal.row.status === 'opening') return 'started'
  if (row.close_requested_at !== null && terminal.row.close_requested_at === null) return 'closed'
  return undefined
}
