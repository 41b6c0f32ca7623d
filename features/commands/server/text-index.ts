import { type Kysely, sql } from 'kysely'
import { idTime } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import { countParts, type PartCounts, rarestParts } from '../../../base/server/text-search/rare-parts.ts'
import { Sampled } from '../../../base/server/text-search/sampled.ts'
import type { CommandsParts } from './parts.ts'

/** How the index of substrings is best asked for one text. */
export interface TextPlan {
  /** Two parts of the text for each column, three characters each; fewer of a short text, none where nothing is known. */
  readonly rare: { readonly line: readonly string[]; readonly result: readonly string[] }
  /** The index knows slices of time. */
  readonly isSliced: boolean
  /** Of the oldest command there was lately; milliseconds since 1970. */
  readonly oldestAt: number
}

/** A smaller table is searched well enough without. */
const ROWS_WORTH_SAMPLING = 20_000
const SAMPLE_ROWS = 2000

/**
 * Which parts of a text few commands have. How frequent parts are is estimated from rows drawn at random now and then, of everybody's:
 * the estimate decides what is read first and never what is found.
 */
export class TextIndex {
  readonly #parts: Pick<CommandsParts, 'now'>
  readonly #sampled: Sampled<Sample>

  constructor(parts: Pick<CommandsParts, 'db' | 'now'>) {
    this.#parts = parts
    this.#sampled = new Sampled(() => draw(parts.db))
  }

  async planFor(text: string): Promise<TextPlan> {
    const { isSliced, oldestAt, line, result } = await this.#sampled.at(this.#parts.now().getTime())
    return { isSliced, oldestAt, rare: { line: rarestParts(text, line), result: rarestParts(text, result) } }
  }
}

interface Sample {
  readonly isSliced: boolean
  readonly oldestAt: number
  readonly line: PartCounts
  readonly result: PartCounts
}

async function draw(db: Kysely<Database>): Promise<Sample> {
  const { rows: known } = await sql<{ rows: number; isSliced: boolean; oldest: string | null }>`
    select reltuples::float8 as rows, (select id from command order by id limit 1) as oldest,
      coalesce(pg_get_indexdef(to_regclass('command_text')) like '%left%', false) as "isSliced"
    from pg_class where oid = 'command'::regclass`.execute(db)
  const { rows: size, isSliced, oldest } = known[0]!
  const oldestAt = oldest === null ? 0 : idTime(oldest)
  if (size < ROWS_WORTH_SAMPLING) return { isSliced, oldestAt, line: new Map(), result: new Map() }
  const share = Math.min(100, (100 * SAMPLE_ROWS) / size)
  const { rows } = await sql<{ line: string; result: string }>`
    select left(line, 500) as line, result
    from command tablesample system (${share}) limit ${2 * SAMPLE_ROWS}`.execute(db)
  const line = await countParts(rows.map((row) => row.line))
  return { isSliced, oldestAt, line, result: await countParts(rows.map((row) => row.result)) }
}
