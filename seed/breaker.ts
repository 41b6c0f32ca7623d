import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import type { Database } from '../base/server/database.ts'
import { tersePool } from '../base/server/terse-pool.ts'

/** What `pg` says when the server is killed while something is asked of it. */
const lost = () => new Error('Connection terminated unexpectedly')

/**
 * Lets a test fail the database at one chosen statement, BEGIN and COMMIT and journal entries among them; at all of them; or
 * between carrying out a COMMIT and saying so.
 */
export class Breaker {
  #left = Number.POSITIVE_INFINITY
  #isAway = false
  #unheard: string | undefined
  #last: string | undefined
  #answersLost = 0
  #refusals = 0

  breakAt(statement: number): void {
    this.#left = statement
  }

  /** It is killed, until `mend`. */
  goAway(): void {
    this.#isAway = true
  }

  /** The next transaction with a statement that has these words is committed, and its answer does not come through. */
  loseAnswerTo(words: string): void {
    this.#unheard = words
  }

  /** It is killed after the next transaction with a statement that has these words was committed and answered, until `mend`. */
  goAwayAfter(words: string): void {
    this.#last = words
  }

  /** How many answers were lost so far. */
  get answersLost(): number {
    return this.#answersLost
  }

  /** How often something was asked of it while it was away. */
  get refusals(): number {
    return this.#refusals
  }

  mend(): void {
    this.#left = Number.POSITIVE_INFINITY
    this.#isAway = false
    this.#unheard = undefined
    this.#last = undefined
  }

  /** The same database, which fails where it is told to. */
  over(pool: pg.Pool): Kysely<Database> {
    const whole = tersePool(pool)
    const connect = async () => this.#breakable(await whole.connect())
    return new Kysely<Database>({ dialect: new PostgresDialect({ pool: { ...whole, connect } }) })
  }

  #breakable(client: PostgresPoolClient): PostgresPoolClient {
    let said: string[] = []
    const query = async (sql: string, parameters: readonly unknown[]) => {
      // What takes a failure back must not fail as well.
      if (sql !== 'rollback' && --this.#left === 0) throw new Error('the database failed here')
      if (sql !== 'rollback' && this.#isAway) {
        this.#refusals++
        throw lost()
      }
      if (sql === 'begin') said = []
      said.push(sql)
      const isCommitOf = (words: string | undefined) =>
        sql === 'commit' && words !== undefined && said.some((each) => each.includes(words))
      const answer = await client.query(sql, parameters)
      if (isCommitOf(this.#last)) this.#isAway = true
      if (!isCommitOf(this.#unheard)) return answer
      this.#unheard = undefined
      this.#answersLost++
      throw lost()
    }
    return {
      query,
      release: (isBroken: boolean) => client.release(isBroken),
    } as unknown as PostgresPoolClient
  }
}
