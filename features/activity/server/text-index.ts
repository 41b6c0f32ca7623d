import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { countParts, type PartCounts, rarestParts } from '../../../base/server/text-search/rare-parts.ts'
import { Sampled } from '../../../base/server/text-search/sampled.ts'
import './tables.ts'

/** How the index of substrings is best asked for one text. */
export interface TextPlan {
  /** Parts of the text that few rows have; none where nothing is known. */
  readonly rare: readonly string[]
  /** The index knows slices of time. */
  readonly isSliced: boolean
  /** Of the oldest row there was lately; milliseconds since 1970. */
  readonly oldestAt: number
}

/** A smaller table is searched well enough without. */
const ROWS_WORTH_SAMPLING = 20_000
const SAMPLE_ROWS = 2000

/** Slices of time that the index knows: 4.6 hours, three days. Of seconds, which a power of two divides exactly. */
export const sliceWidths = [2 ** 14 * 1000, 2 ** 18 * 1000] as const

/** The slice of time that a row is in, as the index has it: word for word the same, or it is not used. */
export const sliceOf = (width: number): string =>
  `(floor(date_part('epoch', at - '1970-01-01 00:00:00+00'::timestamptz) / ${width / 1000})::int)`

/**
 * Which parts of a text few rows have. How frequent parts are is estimated from rows drawn at random now and then, of everybody's: the
 * estimate decides what is read first and never what is found.
 */
export class TextIndex {
  readonly #sampled: Sampled<Sample>

  constructor(db: Kysely<Database>) {
    this.#sampled = new Sampled(() => draw(db))
  }

  async planFor(text: string, now: Date): Promise<TextPlan> {
    const { isSliced, oldestAt, words } = await this.#sampled.at(now.getTime())
    return { isSliced, oldestAt, rare: rarestParts(text, words) }
  }
}

type Sample = Omit<TextPlan, 'rare'> & { readonly words: PartCounts }

async function draw(db: Kysely<Database>): Promise<Sample> {
  const { rows: known } = await sql<{ rows: number; isSliced: boolean; oldest: Date | null }>`
    select reltuples::float8 as rows, (select at from activity order by at, seq limit 1) as oldest,
      coalesce(pg_get_indexdef(to_regclass('activity_words')) like '%floor%', false) as "isSliced"
    from pg_class where oid = 'activity'::regclass`.execute(db)
  const { rows: size, isSliced, oldest } = known[0]!
  const oldestAt = oldest?.getTime() ?? 0
  if (size < ROWS_WORTH_SAMPLING) return { isSliced, oldestAt, words: new Map() }
  const share = Math.min(100, (100 * SAMPLE_ROWS) / size)
  const { rows } = await sql<{ words: string }>`
    select words from activity tablesample system (${share}) limit ${2 * SAMPLE_ROWS}`.execute(db)
  return { isSliced, oldestAt, words: await countParts(rows.map(({ words }) => words)) }
}
