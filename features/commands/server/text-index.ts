import { type Kysely, sql } from 'kysely'
import { idTime } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import type { CommandsParts } from './parts.ts'

/** How the index of substrings is best asked for one text. */
export interface TextPlan {
  /** Two parts of the text for each column, three characters each; fewer of a short text, none where nothing is known. */
  readonly rare: { readonly line: readonly string[]; readonly result: readonly string[] }
  /** The index knows the slices of time-slices.ts. */
  readonly isSliced: boolean
  /** Of the oldest command there was lately; milliseconds since 1970. */
  readonly oldestAt: number
}

/** A smaller table is searched well enough without. */
const ROWS_WORTH_SAMPLING = 20_000
const SAMPLE_ROWS = 2000
const SAMPLE_MILLISECONDS = 10 * 60_000
const PARTS_MAX = 2
const PART_LENGTH = 3
/** What the index of substrings certainly holds: in other scripts that depends on the database's locale. */
const partShape = /^[a-z0-9]{3}$/i

/**
 * Which parts of a text few commands have. The index of substrings has a list of rows for each three letters, and asked
 * for `release 4711` it reads the long list of `ele` as well as the short one of `471`; with the few shortest it finds
 * almost the same rows in a twentieth of the time. How frequent parts are is estimated from rows drawn at random now and
 * then, of everybody's: the estimate decides what is read first and never what is found.
 */
export class TextIndex {
  readonly #parts: Pick<CommandsParts, 'db' | 'now'>
  #sample: Promise<Sample> | undefined
  #drawnAt = 0

  constructor(parts: Pick<CommandsParts, 'db' | 'now'>) {
    this.#parts = parts
  }

  async planFor(text: string): Promise<TextPlan> {
    const { isSliced, oldestAt, line, result } = await this.#drawn()
    return { isSliced, oldestAt, rare: { line: rarestParts(text, line), result: rarestParts(text, result) } }
  }

  #drawn(): Promise<Sample> {
    const now = this.#parts.now().getTime()
    const before = this.#sample
    if (before !== undefined && Math.abs(now - this.#drawnAt) < SAMPLE_MILLISECONDS) return before
    this.#drawnAt = now
    const next = draw(this.#parts.db)
    this.#sample = next
    next.catch(() => {
      if (this.#sample === next) this.#sample = undefined
    })
    return next
  }
}

interface Sample {
  readonly isSliced: boolean
  readonly oldestAt: number
  readonly line: readonly string[]
  readonly result: readonly string[]
}

async function draw(db: Kysely<Database>): Promise<Sample> {
  const { rows: known } = await sql<{ rows: number; isSliced: boolean; oldest: string | null }>`
    select reltuples::float8 as rows, (select id from command order by id limit 1) as oldest,
      coalesce(pg_get_indexdef(to_regclass('command_text')) like '%left%', false) as "isSliced"
    from pg_class where oid = 'command'::regclass`.execute(db)
  const { rows: size, isSliced, oldest } = known[0]!
  const oldestAt = oldest === null ? 0 : idTime(oldest)
  if (size < ROWS_WORTH_SAMPLING) return { isSliced, oldestAt, line: [], result: [] }
  const share = Math.min(100, (100 * SAMPLE_ROWS) / size)
  const { rows } = await sql<{ line: string; result: string }>`
    select lower(left(line, 500)) as line, lower(result) as result
    from command tablesample system (${share}) limit ${2 * SAMPLE_ROWS}`.execute(db)
  return { isSliced, oldestAt, line: rows.map(({ line }) => line), result: rows.map(({ result }) => result) }
}

/** The rarest, and none that lies over another where that can be helped: `epl`, `plo` and `loy` say the same. */
export function rarestParts(text: string, sample: readonly string[]): string[] {
  if (sample.length === 0) return []
  const places = Array.from({ length: Math.max(0, text.length - PART_LENGTH + 1) }, (_, at) => at)
    .filter((at) => partShape.test(text.slice(at, at + PART_LENGTH)))
    .map((at) => {
      const part = text.slice(at, at + PART_LENGTH)
      const folded = part.toLowerCase()
      return { at, part, count: sample.filter((each) => each.includes(folded)).length }
    })
    .sort((one, other) => one.count - other.count || one.at - other.at)
  const chosen: typeof places = []
  for (const distance of [PART_LENGTH, 1])
    for (const place of places) {
      if (chosen.length === PARTS_MAX) break
      if (chosen.every(({ at }) => Math.abs(at - place.at) >= distance)) chosen.push(place)
    }
  return [...new Set(chosen.map(({ part }) => part))]
}
