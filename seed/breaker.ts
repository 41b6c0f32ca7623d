import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import type { Database } from '../base/server/database.ts'
import { tersePool } from '../base/server/terse-pool.ts'

/** Lets a test fail the database at one chosen statement, BEGIN and COMMIT and journal entries among them. */
export class Breaker {
  #left = Number.POSITIVE_INFINITY

  breakAt(statement: number): void {
    this.#left = statement
  }

  mend(): void {
    this.#left = Number.POSITIVE_INFINITY
  }

  /** The same database, which fails where it is told to. */
  over(pool: pg.Pool): Kysely<Database> {
    const whole = tersePool(pool)
    const connect = async () => this.#breakable(await whole.connect())
    return new Kysely<Database>({ dialect: new PostgresDialect({ pool: { ...whole, connect } }) })
  }

  #breakable(client: PostgresPoolClient): PostgresPoolClient {
    const query = async (sql: string, parameters: readonly unknown[]) => {
      // What takes a failure back must not fail as well.
      if (sql !== 'rollback' && --this.#left === 0) throw new Error('the database failed here')
      return client.query(sql, parameters)
    }
    return {
      query,
      release: (isBroken: boolean) => client.release(isBroken),
    } as unknown as PostgresPoolClient
  }
}
