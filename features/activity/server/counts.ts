import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { Dimension } from './tables.ts'

/** Stands for everybody in `owner_id`; the id of nobody is that of whoever is not signed in. */
export const EVERYBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Hour, day and month of UTC that an instant lies in, in milliseconds since 1970; the place in the list is the span. */
export function spansOf(at: Date): readonly [hour: number, day: number, month: number] {
  const milliseconds = at.getTime()
  return [
    Math.floor(milliseconds / 3_600_000) * 3_600_000,
    Math.floor(milliseconds / 86_400_000) * 86_400_000,
    Date.UTC(at.getUTCFullYear(), at.getUTCMonth()),
  ]
}

/** What a request is counted as: whose, of which action, by what. */
export interface Cell {
  readonly ownerId: string
  readonly action: string
  readonly dimension: Dimension
  readonly key: string
  /** By days and months only: what few ask for, and would be as many counts by the hour as there are requests. */
  readonly isCoarse?: boolean
}

/** Counts gathered in memory and added to the table by one statement. */
export class Counts {
  readonly #counts = new Map<string, number>()

  add({ ownerId, action, dimension, key, isCoarse }: Cell, at: Date, failed: boolean, n: number): void {
    for (const [span, start] of spansOf(at).entries()) {
      if (isCoarse && span === 0) continue
      const place = JSON.stringify([ownerId, action, dimension, span, start, key, failed])
      this.#counts.set(place, (this.#counts.get(place) ?? 0) + n)
    }
  }

  async write(tx: Kysely<Database>): Promise<void> {
    if (this.#counts.size === 0) return
    const rows = [...this.#counts].map(([place, n]) => {
      const [owner_id, action, dimension, span, at, key, failed] = JSON.parse(place) as unknown[]
      return { owner_id, action, dimension, span, at: new Date(at as number).toISOString(), key, failed, n }
    })
    await sql`
      insert into activity_count as kept (owner_id, action, dimension, span, at, key, failed, n)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as added (
        owner_id uuid, action text, dimension text, span smallint, at timestamptz, key text, failed boolean, n bigint)
      on conflict (owner_id, action, dimension, span, at, key, failed)
        do update set n = kept.n + excluded.n`.execute(tx)
  }
}
