import pg from 'pg'
import { COUNT, COUNT_ENTRIES } from './count-statement.ts'

/**
 * Keeps the counts by hour and day near the entries, on a connection of its own: in a flood one processor seals while
 * another counts. Only who holds the sealer's lock counts; should two for a moment, the mark lets one of them through.
 */
export class Counting implements AsyncDisposable {
  readonly #client: pg.Client
  readonly #failed: (error: Error) => void
  #counted: number
  #running: Promise<void> | undefined
  #isEnded = false

  private constructor(client: pg.Client, counted: number, failed: (error: Error) => void) {
    this.#client = client
    this.#counted = counted
    this.#failed = failed
  }

  /** @param failed told once when the connection or a statement fails: this counting is of no use any more. */
  static async open(url: string, failed: (error: Error) => void): Promise<Counting> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'annals counts',
      options: '-c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan',
    })
    client.on('error', failed)
    try {
      await client.connect()
      await client.query(
        'insert into journal_counted select 0 where not exists (select from journal_counted)',
      )
      const { rows } = await client.query<{ size: number }>('select size from journal_counted')
      return new Counting(client, rows[0]!.size, failed)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
  }

  /** Begins to count the entries below `size`, all of them committed; while it is at it already, it does nothing. */
  begin(size: number): void {
    if (this.#running !== undefined || this.#counted >= size) return
    this.#running = this.#upTo(size)
      .catch((error: Error) => {
        if (!this.#isEnded) this.#failed(error)
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  /** Resolves when the entries below `size` are counted. @throws whatever kept it from that. */
  async finish(size: number): Promise<void> {
    await this.#running
    await this.#upTo(size)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnded = true
    await this.#client.end().catch(() => {})
  }

  async #upTo(size: number): Promise<void> {
    while (this.#counted < size) {
      const to = Math.min(size, this.#counted + COUNT_ENTRIES)
      const { rowCount } = await this.#client.query({
        name: 'journal_count',
        text: COUNT,
        values: [this.#counted, to],
      })
      if (rowCount !== 1) throw new Error('the mark of what is counted was moved by other hands')
      this.#counted = to
    }
  }
}
