import pg from 'pg'

/** What pg's own queries do to a connection, and its types leave out. */
interface Preparing {
  readonly name?: string
  readonly text: string
  hasBeenParsed(connection: pg.Connection): boolean
  /** Parse unless it has been, Bind, Describe, Execute, Sync. */
  prepare(connection: Pick<Wire, keyof Wire>): void
}
interface Wire extends pg.Connection {
  /** Texts of statements by name. */
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
}
interface Handling {
  handleCommandComplete(message: unknown, connection: pg.Connection): void
  handleError(error: Error, connection: pg.Connection): void
}
const preparing = (query: pg.Query) => query as unknown as Preparing
const handling = pg.Query.prototype as unknown as Handling

/**
 * Several statements in one message, answered at once: each is carried out only if those before it were, and the answer
 * is that of the last or the first error. The ones before the last must return no rows.
 *
 * PostgreSQL skips what follows a failure up to the next Sync, and here there is one Sync, at the end. `pg` sends one after
 * each statement, which is why this stands on its `Query` and on how that prepares.
 */
class Together extends pg.Query {
  readonly #ahead: readonly pg.Query[]
  #unanswered: number

  constructor(
    ahead: readonly pg.QueryConfig[],
    last: pg.QueryConfig,
    answered: (error: Error | undefined, result: unknown) => void,
  ) {
    super(last, undefined, answered)
    this.#ahead = ahead.map((statement) => new pg.Query(statement))
    this.#unanswered = ahead.length
  }

  override submit = (connection: pg.Connection): null => {
    const wire = connection as Wire
    wire.stream.cork()
    try {
      for (const query of this.#ahead) prepare(query, unsynced(wire))
      prepare(this, wire)
    } finally {
      wire.stream.uncork()
    }
    return null
  }

  handleCommandComplete(message: unknown, connection: pg.Connection): void {
    if (this.#unanswered > 0) this.#unanswered--
    else handling.handleCommandComplete.call(this, message, connection)
  }

  handleError(error: Error, connection: pg.Connection): void {
    // Which of them were parsed before it is not known: all are parsed again.
    const { parsedStatements, submittedNamedStatements } = connection as Wire
    for (const { name } of [...this.#ahead, this].map(preparing)) {
      if (name === undefined) continue
      delete parsedStatements[name]
      delete submittedNamedStatements[name]
    }
    handling.handleError.call(this, error, connection)
  }
}

function prepare(query: pg.Query, wire: Wire): void {
  const { name } = preparing(query)
  // Closing what is not there is no error, and a name that is taken would be one.
  if (name !== undefined && !preparing(query).hasBeenParsed(wire)) wire.close({ type: 'S', name }, true)
  preparing(query).prepare(wire)
}

const unsynced = (wire: Wire): Wire => Object.create(wire, { sync: { value: () => {} } }) as Wire

/** @param ahead what is sent before `last` and returns no rows. @throws the error of the first that failed */
export async function queryTogether(
  client: pg.PoolClient,
  ahead: readonly pg.QueryConfig[],
  last: pg.QueryConfig,
): Promise<pg.QueryResult> {
  try {
    return await new Promise((resolve, reject) => {
      client.query(
        new Together(ahead, last, (error, result) =>
          error ? reject(error) : resolve(result as pg.QueryResult),
        ),
      )
    })
  } catch (error) {
    // Leads to who asked, not to the socket.
    if (error instanceof Error) Error.captureStackTrace(error)
    throw error
  }
}
