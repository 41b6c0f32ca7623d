import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { isEntryStatement } from './journal/entry-statement.ts'
import { preparedName } from './prepared.ts'
import { queryTogether } from './together.ts'

type Answer = PostgresQueryResult<unknown>

/**
 * A pool for Kysely whose transactions take few ways there and back: BEGIN travels with the first statement, and journal entries with
 * the statement after them, at last with COMMIT. Each is carried out only if what went before it was. An entry that is refused fails
 * the statement it travels with, by its own error.
 */
export function tersePool(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    // It lacks cursors, for which a statement that follows at once leaves no room.
    connect: async () => new TerseClient(await pool.connect()) as unknown as PostgresPoolClient,
    end: () => pool.end(),
  }
}

const nothing = (command: string): Answer => ({ command, rowCount: 0, rows: [] }) as unknown as Answer

class TerseClient {
  readonly #client: pg.PoolClient
  #isInTransaction = false
  /** BEGIN and entries that wait for the next statement. */
  #waiting: pg.QueryConfig[] = []
  #isBegun = false

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  /** What Kysely asks before it cancels a query. */
  get processID(): unknown {
    return (this.#client as unknown as { processID?: unknown }).processID
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<Answer> {
    const name = preparedName(sql)
    const statement = { ...(name !== undefined && { name }), text: sql, values: parameters as unknown[] }
    if (sql === 'begin' || sql.startsWith('start transaction')) {
      this.#isInTransaction = true
      this.#isBegun = false
      this.#waiting = [statement]
      return nothing('BEGIN')
    }
    if (!this.#isInTransaction) return this.#client.query(statement) as Promise<Answer>
    if (name !== undefined && isEntryStatement(name)) {
      this.#waiting.push(statement)
      return nothing('INSERT')
    }
    if (sql === 'commit' || sql === 'rollback') return this.#end(statement)
    return this.#send(statement)
  }

  release(isBroken: boolean): void {
    this.#client.release(isBroken)
  }

  async #end(statement: pg.QueryConfig): Promise<Answer> {
    const isGivenUp = statement.text === 'rollback'
    // What the database never heard of need not be taken back, and nothing need not be committed.
    if (!this.#isBegun && (isGivenUp || this.#waiting.length === 1)) {
      this.#isInTransaction = false
      this.#waiting = []
      return nothing(statement.text.toUpperCase())
    }
    if (isGivenUp) this.#waiting = []
    const answer = await this.#send(statement)
    this.#isInTransaction = false
    return answer
  }

  async #send(statement: pg.QueryConfig): Promise<Answer> {
    const ahead = this.#waiting
    this.#waiting = []
    this.#isBegun = true
    const isOne = statement.values!.length > 0 || !statement.text.includes(';')
    // Several statements in one text cannot travel with others.
    if (ahead.length > 0 && !isOne) await queryTogether(this.#client, ahead.slice(0, -1), ahead.at(-1)!)
    if (ahead.length === 0 || !isOne) return this.#client.query(statement) as Promise<Answer>
    return (await queryTogether(this.#client, ahead, statement)) as unknown as Answer
  }
}
