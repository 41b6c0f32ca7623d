import { prepared } from '../../../base/server/prepared.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

type PreviewParts = Pick<CommandsParts, 'db' | 'bus' | 'log'>

/** A command that runs for so long shows what it printed, at most as much later again. */
const SHOW_MILLISECONDS = 500

// Rows are locked in the order of their ids, as outputs and reports lock them. What has ended says its result itself.
const shown = prepared<{ id: string }>(
  'command_previews',
  `with locked as materialized (
     select id from command where id = any($1::uuid[]) and finished_at is null order by id for no key update)
   update command c set result = v.preview from unnest($1::uuid[], $2::text[]) as v (id, preview)
     join locked on locked.id = v.id
   where c.id = v.id and c.result <> v.preview returning c.id`,
)

/**
 * The beginnings of outputs that are still arriving, on their way into the rows of their commands. Text is looked for in
 * them, so each costs an entry in all the indexes of a row: most commands end before, and have theirs written with their end.
 */
export class Previews {
  readonly #parts: PreviewParts
  /** By command: since the last look, and before it. */
  #fresh = new Map<string, string>()
  #waited = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #closed = false

  constructor(parts: PreviewParts) {
    this.#parts = parts
  }

  /** @param preview as the row is to have it: at most 200 characters, without NUL */
  changed(id: string, preview: string): void {
    if (this.#waited.has(id)) this.#waited.set(id, preview)
    else this.#fresh.set(id, preview)
    this.#lookLater()
  }

  /** It ended, and its row says with what. */
  ended(id: string): void {
    this.#fresh.delete(id)
    this.#waited.delete(id)
  }

  /** Writes what is left: who will tell more of it is not known. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#writing
    await this.#write(new Map([...this.#waited, ...this.#fresh]))
  }

  #lookLater(): void {
    if (this.#closed || this.#writing) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#writing = this.#look().finally(() => {
        this.#writing = undefined
        if (this.#fresh.size + this.#waited.size > 0) this.#lookLater()
      })
    }, SHOW_MILLISECONDS)
  }

  async #look(): Promise<void> {
    const due = this.#waited
    this.#waited = this.#fresh
    this.#fresh = new Map()
    await this.#write(due)
  }

  async #write(due: ReadonlyMap<string, string>): Promise<void> {
    if (due.size === 0) return
    const { db, bus, log } = this.#parts
    try {
      const { rows } = await db.executeQuery(shown([...due.keys()], [...due.values()]))
      for (const { id } of rows) {
        bus.publish(oneCommand(id))
        bus.publish(ANY_COMMAND, id)
      }
    } catch (error) {
      log.error(
        { err: error },
        'what commands printed could not be shown in the list; it will be with their end',
      )
    }
  }
}
