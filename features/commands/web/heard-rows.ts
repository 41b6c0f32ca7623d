interface Heard<R> {
  readonly row: R
  readonly at: number
}

const KEPT_MILLISECONDS = 60_000

/**
 * What a live stream said of rows lately. An answer that was on its way meanwhile is older than that: its rows give
 * way, or a row that ended would go back to running.
 */
export class HeardRows<R extends { readonly id: string }> {
  readonly #rows = new Map<string, Heard<R>>()

  /** @param now milliseconds of a clock that never goes back */
  hear(rows: readonly R[], now: number): void {
    for (const [id, { at }] of this.#rows) {
      if (at > now - KEPT_MILLISECONDS) break
      this.#rows.delete(id)
    }
    for (const row of rows) {
      // Taken out first, so that the map stays in the order of hearing.
      this.#rows.delete(row.id)
      this.#rows.set(row.id, { row, at: now })
    }
  }

  /** An answer that was asked for at `askedAt`, with what was heard since. */
  over(rows: readonly R[], askedAt: number): R[] {
    return rows.map((row) => {
      const heard = this.#rows.get(row.id)
      return heard !== undefined && heard.at >= askedAt ? heard.row : row
    })
  }
}
