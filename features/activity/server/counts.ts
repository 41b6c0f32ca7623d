import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { placeOf } from './pieces.ts'
import type { Dimension } from './tables.ts'

/** Stands for everybody in `owner_id`; the id of nobody is that of whoever is not signed in. */
export const EVERYBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** How many counts a row has: the hours of a day, the days of a month, the months of a year. */
const WIDTHS = [24, 31, 12] as const
const SPANS = [0, 1, 2] as const

/** What a request is counted as: whose, of which action, by what. */
export interface Cell {
  readonly ownerId: string
  readonly action: string
  readonly dimension: Dimension
  readonly key: string
  /** By days and months only: what few ask for, and would be as many rows by the day as there are requests. */
  readonly isCoarse?: boolean
}

/** Counts gathered in memory and added to the table by one statement. */
export class Counts {
  readonly #rows = new Map<string, number[]>()

  add({ ownerId, action, dimension, key, isCoarse }: Cell, moment: Date, failed: boolean, n: number): void {
    for (const span of SPANS) {
      if (isCoarse && span === 0) continue
      const { at, place } = placeOf(span, moment.getTime())
      const name = JSON.stringify([ownerId, action, dimension, span, at, key, failed])
      let row = this.#rows.get(name)
      if (row === undefined) this.#rows.set(name, (row = new Array<number>(WIDTHS[span]).fill(0)))
      row[place - 1]! += n
    }
  }

  async write(tx: Kysely<Database>): Promise<void> {
    if (this.#rows.size === 0) return
    const rows = [...this.#rows].map(([name, n]) => {
      const [owner_id, action, dimension, span, at, key, failed] = JSON.parse(name) as unknown[]
      return { owner_id, action, dimension, span, at: new Date(at as number).toISOString(), key, failed, n }
    })
    await sql`
      insert into activity_count as kept (owner_id, action, dimension, span, at, key, failed, n)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as added (
        owner_id uuid, action text, dimension text, span smallint, at timestamptz, key text, failed boolean, n bigint[])
      on conflict (owner_id, action, dimension, span, at, key, failed)
        do update set n = array(
          select one + other from unnest(kept.n, excluded.n) with ordinality as pair (one, other, place)
           order by place)`.execute(tx)
  }
}
