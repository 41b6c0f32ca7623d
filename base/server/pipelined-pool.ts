import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { ENTRIES, ENTRY } from './journal/entry-statement.ts'

type Answer = PostgresQueryResult<unknown>

/** What is not waited for, and the names under which PostgreSQL keeps it parsed. */
const NAMES = new Map([
  [ENTRY, 'journal_entry'],
  [ENTRIES, 'journal_entries'],
])

/**
 * A pool for Kysely that does not wait for the answer to a journal entry: the entry travels with the statement after it,
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
    const name = this.#isInTransaction ? NAMES.get(sql) : undefined
    if (name !== undefined) return this.#sendEntry(name, sql, parameters)
    const sent = this.#client.query(sql, parameters as unknown[])
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

  #sendEntry(name: string, text: string, parameters: readonly unknown[]): Answer {
    const sent = this.#client.query({ name, text, values: parameters as unknown[] })
    // Whoever waits next is told; should nobody, it has gone with its connection.
    sent.catch(() => {})
    this.#entries.push(sent)
    return { command: 'INSERT', rowCount: 0, rows: [] }
  }
}
