import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { isEntryStatement } from './journal/entry-statement.ts'
import { preparedName } from './prepared.ts'

type Answer = PostgresQueryResult<unknown>

/**
 * A pool for Kysely that keeps some statements prepared (prepared.ts), and does not wait for the answer to a journal entry: the entry travels with the statement after it,
 * at last with COMMIT, and so costs no way there and back of its own. Should an entry be refused, PostgreSQL has aborted
 * the transaction: whatever comes after it fails, COMMIT as well, and here with the entry's own error.
 * @param pool its clients must have `pipeline: true`
 */
export function pipelinedPool(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    // It lacks cursors, for which a statement that follows at once leaves no room.
    connect: async () => new PipelinedClient(await pool.connect()) as unknown as PostgresPoolClient,
    end: () => pool.end(),
  }
}

class PipelinedClient {
  readonly #client: pg.PoolClient
  #isInTransaction = false
  /** Sent in the open transaction, and not waited for yet. */
  readonly #entries: Promise<unknown>[] = []

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<Answer> {
    const name = preparedName(sql)
    const statement = { ...(name !== undefined && { name }), text: sql, values: parameters as unknown[] }
    if (name !== undefined && this.#isInTransaction && isEntryStatement(name))
      return this.#sendEntry(statement)
    const sent = this.#client.query(statement)
    if (sql === 'begin' || sql.startsWith('start transaction')) this.#isInTransaction = true
    if (sql === 'commit' || sql === 'rollback') this.#isInTransaction = false
    const [answer, ...entries] = await Promise.allSettled([sent, ...this.#entries.splice(0)])
    const refused = entries.find((entry) => entry.status === 'rejected')
    if (refused !== undefined && sql !== 'rollback') throw refused.reason
    if (answer.status === 'rejected') throw answer.reason
    return answer.value as Answer
  }

  release(isBroken: boolean): void {
    this.#client.release(isBroken)
  }

  #sendEntry(statement: pg.QueryConfig): Answer {
    const sent = this.#client.query(statement)
    // Whoever waits next is told; should nobody, it has gone with its connection.
    sent.catch(() => {})
    this.#entries.push(sent)
    return { command: 'INSERT', rowCount: 0, rows: [] }
  }
}
