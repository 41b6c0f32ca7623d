import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { Dimension } from './tables.ts'

/** In place of a server where there was none, and of a person where it is everybody. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Hour, day and month of UTC that an instant lies in, in milliseconds since 1970; the place in the list is the span. */
export function spansOf(at: Date): readonly [hour: number, day: number, month: number] {
  const milliseconds = at.getTime()
  return [
    Math.floor(milliseconds / 3_600_000) * 3_600_000,
    Math.floor(milliseconds / 86_400_000) * 86_400_000,
    Date.UTC(at.getUTCFullYear(), at.getUTCMonth()),
  ]
}

/** Counts gathered in memory and added to the tables by two statements. */
export class Counts {
  readonly #counts = new Map<string, number>()
  readonly #cube = new Map<string, { n: number; touched: number }>()

  add(dimension: Dimension, at: Date, key: string, failed: boolean, n: number): void {
    for (const [span, start] of spansOf(at).entries()) {
      const place = JSON.stringify([dimension, span, start, key, failed])
      this.#counts.set(place, (this.#counts.get(place) ?? 0) + n)
    }
  }

  addOf(
    actorId: string,
    at: Date,
    action: string,
    serverId: string,
    failed: boolean,
    more: { n: number; touched: number },
  ): void {
    for (const [span, start] of spansOf(at).entries()) {
      const place = JSON.stringify([actorId, span, start, action, serverId, failed])
      const count = this.#cube.get(place) ?? { n: 0, touched: 0 }
      this.#cube.set(place, { n: count.n + more.n, touched: count.touched + more.touched })
    }
  }

  async write(tx: Kysely<Database>): Promise<void> {
    if (this.#counts.size > 0) {
      const rows = [...this.#counts].map(
        ([place, n]) => [...(JSON.parse(place) as [string, number, number, string, boolean]), n] as const,
      )
      await sql`
        insert into activity_count as kept (dimension, span, at, key, failed, n)
        select dimension, span, to_timestamp(at / 1000), key, failed, n
          from unnest(${rows.map(([it]) => it)}::text[], ${rows.map(([, it]) => it)}::smallint[],
            ${rows.map(([, , it]) => it)}::float8[], ${rows.map(([, , , it]) => it)}::text[],
            ${rows.map(([, , , , it]) => it)}::boolean[], ${rows.map(([, , , , , it]) => it)}::bigint[])
            as added (dimension, span, at, key, failed, n)
        on conflict (dimension, span, at, key, failed) do update set n = kept.n + excluded.n`.execute(tx)
    }
    if (this.#cube.size === 0) return
    const rows = [...this.#cube].map(
      ([place, { n, touched }]) =>
        [...(JSON.parse(place) as [string, number, number, string, string, boolean]), n, touched] as const,
    )
    await sql`
      insert into activity_cube as kept (actor_id, span, at, action, server_id, failed, n, touched)
      select actor_id, span, to_timestamp(at / 1000), action, server_id, failed, n, touched
        from unnest(${rows.map(([it]) => it)}::uuid[], ${rows.map(([, it]) => it)}::smallint[],
          ${rows.map(([, , it]) => it)}::float8[], ${rows.map(([, , , it]) => it)}::text[],
          ${rows.map(([, , , , it]) => it)}::uuid[], ${rows.map(([, , , , , it]) => it)}::boolean[],
          ${rows.map(([, , , , , , it]) => it)}::bigint[], ${rows.map(([, , , , , , , it]) => it)}::bigint[])
          as added (actor_id, span, at, action, server_id, failed, n, touched)
      on conflict (actor_id, span, at, action, server_id, failed)
        do update set n = kept.n + excluded.n, touched = kept.touched + excluded.touched`.execute(tx)
    // A request turned out to have a server after all: what it was counted as before may be left with nothing.
    const actors = rows.filter(([, , , , , , n]) => n < 0).map(([actorId]) => actorId)
    if (actors.length > 0)
      await sql`delete from activity_cube where actor_id = any(${actors}::uuid[]) and n = 0 and touched = 0`.execute(
        tx,
      )
  }
}
