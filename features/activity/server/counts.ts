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

interface Row {
  readonly ownerId: string
  readonly action: string
  readonly dimension: Dimension
  readonly span: 0 | 1 | 2
  readonly at: number
  readonly key: string
  readonly failed: boolean
  /** By place, from one on. */
  readonly counts: Map<number, number>
}

/** Counts gathered in memory and added to the table by one statement, or two where an hour ended meanwhile. */
export class Counts {
  readonly #rows = new Map<string, Row>()

  add({ isCoarse, ...cell }: Cell, moment: Date, failed: boolean, n: number): void {
    for (const span of SPANS) {
      if (isCoarse && span === 0) continue
      const { at, place } = placeOf(span, moment.getTime())
      // A key is an id or the name of an action: as the last part it may hold anything.
      const name = `${cell.ownerId} ${cell.dimension} ${span} ${at} ${failed} ${cell.action.length} ${cell.action} ${cell.key}`
      let row = this.#rows.get(name)
      if (row === undefined) this.#rows.set(name, (row = { ...cell, span, at, failed, counts: new Map() }))
      row.counts.set(place, (row.counts.get(place) ?? 0) + n)
    }
  }

  /** Only one may write at a time, as whoever holds the mark does: what is not there is made without looking again. */
  async write(tx: Kysely<Database>): Promise<void> {
    // A statement changes a row once: the second place of a row is added by the second statement.
    for (let turn = 0; ; turn++) {
      const cells = [...this.#rows.values()].flatMap((row) => {
        const count = [...row.counts][turn]
        return count === undefined ? [] : [{ row, place: count[0], n: count[1] }]
      })
      if (cells.length === 0) return
      await addCells(tx, cells)
    }
  }
}

interface PlacedCount {
  readonly row: Row
  readonly place: number
  readonly n: number
}

/**
 * Looked for and changed in one step, which takes half the time and log that INSERT ... ON CONFLICT does: that locks each
 * row before it changes it, and could not name the place.
 */
async function addCells(tx: Kysely<Database>, cells: readonly PlacedCount[]): Promise<void> {
  const of = <V>(value: (row: Row) => V) => cells.map(({ row }) => value(row))
  await sql`
    with added as materialized (
      select * from unnest(${of(({ ownerId }) => ownerId)}::uuid[], ${of(({ action }) => action)}::text[],
        ${of(({ dimension }) => dimension)}::text[], ${of(({ span }) => span)}::smallint[],
        ${of(({ at }) => new Date(at).toISOString())}::timestamptz[], ${of(({ key }) => key)}::text[],
        ${of(({ failed }) => failed)}::boolean[], ${cells.map(({ place }) => place)}::int[],
        ${cells.map(({ n }) => n)}::bigint[])
        with ordinality as cell (owner_id, action, dimension, span, at, key, failed, place, n, no)),
    kept as (
      update activity_count c set n[added.place] = c.n[added.place] + added.n from added
       where c.owner_id = added.owner_id and c.action = added.action and c.dimension = added.dimension
         and c.span = added.span and c.at = added.at and c.key = added.key and c.failed = added.failed
      returning added.no)
    insert into activity_count (owner_id, action, dimension, span, at, key, failed, n)
    select owner_id, action, dimension, span, at, key, failed,
           array_fill(0::bigint, array[place - 1]) || n || array_fill(0::bigint, array[(array[${sql.raw(WIDTHS.join())}])[span + 1] - place])
      from added where no not in (select no from kept)`.execute(tx)
}
