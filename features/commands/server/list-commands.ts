import type { SelectQueryBuilder } from 'kysely'
import type { z } from 'zod'
import { lowestId } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { CommandFilter } from '../common/api.ts'
import { type CommandStatus, statusWords } from '../common/command.ts'
import { commandsFaults } from '../common/faults.ts'
import type { CommandsParts } from './parts.ts'
import { listed, listRow } from './rows.ts'

export type Filter = z.output<typeof CommandFilter>
type Rows = SelectQueryBuilder<Database, 'command', object>
type ListedRow = Parameters<typeof listRow>[0]

/** How many rows each step of a walk looks into. */
const WALK_STEPS = [1_000, 4_000, 100_000] as const
/** After fewer rows than these, what was found says too little about what is to come. */
const UNDECIDED_ROWS = 5_000
const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A word stands for one or several raw states. */
const statesOf = (status: string): CommandStatus[] =>
  status in statusWords
    ? [status as CommandStatus]
    : (Object.keys(statusWords) as CommandStatus[]).filter((state) => statusWords[state] === status)

/** Everything but the text. Ids ascend with time, so a range of dates is a range of ids. */
export function narrow<Q extends Rows>(rows: Q, filter: Filter): Q {
  let query: Rows = rows
  if (filter.serverId !== undefined) query = query.where('server_id', '=', filter.serverId)
  if (filter.personId !== undefined) query = query.where('operator_id', '=', filter.personId)
  if (filter.shell !== undefined) query = query.where('shell', '=', filter.shell)
  if (filter.from !== undefined) query = query.where('id', '>=', lowestId(Date.parse(filter.from)))
  if (filter.to !== undefined) query = query.where('id', '<', lowestId(Date.parse(filter.to)))
  if (filter.scheduled === 'true') query = query.where('scheduled_at', 'is not', null)
  if (filter.scheduled === 'false') query = query.where('scheduled_at', 'is', null)
  if (filter.status !== undefined) {
    const states = statesOf(filter.status)
    query = states.length === 1 ? query.where('state', '=', states[0]!) : query.where('state', 'in', states)
  }
  return query as Q
}

const pattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** The given rows of the filter's that contain its text. */
function containing<Q extends Rows>(rows: Q, text: string): Q {
  const like = pattern(text)
  return rows.where((eb) => eb.or([eb('line', 'ilike', like), eb('result', 'ilike', like)])) as unknown as Q
}

interface PageAsk extends Filter {
  readonly cursor?: string | undefined
  readonly limit: number
}

async function pageOf(read: Reader, ask: PageAsk) {
  const start = () => {
    const rows = narrow(read.selectFrom('command') as unknown as Rows, ask)
    return ask.cursor === undefined ? rows : rows.where('id', '<', ask.cursor)
  }
  const wanted = ask.limit + 1
  if (ask.text === undefined) return start().select(listed).orderBy('id', 'desc').limit(wanted).execute()

  return pageContaining(read, start, ask.text, wanted)
}

/**
 * Common text is found by walking the newest rows, rare text by the index of substrings: asking the index first would
 * fetch and sort every common hit, walking on for a rare one would read the whole table. So it walks, in growing steps,
 * as long as what it found says that a page is nearer than the index is.
 */
async function pageContaining(read: Reader, start: () => Rows, text: string, wanted: number) {
  const found: ListedRow[] = []
  let from: string | undefined
  let walked = 0
  for (const step of WALK_STEPS) {
    const isFar = walked >= UNDECIDED_ROWS && (found.length * step) / walked < wanted - found.length
    if (isFar) break
    const rows = () => (from === undefined ? start() : start().where('id', '<=', from)).orderBy('id', 'desc')
    const window = rows().select(listed).limit(step).as('walked')
    const hits = await (containing(read.selectFrom(window) as unknown as Rows, text) as Rows)
      .select(listed)
      .orderBy('id', 'desc')
      .limit(wanted - found.length)
      .execute()
    found.push(...hits)
    if (found.length === wanted) return found
    const next = await rows().select('id').offset(step).limit(1).executeTakeFirst()
    if (next === undefined) return found
    from = next.id
    walked += step
  }
  // The limit stays outside: seen inside, it makes the planner walk on in the hope to meet enough hits soon.
  const hits = containing(start().where('id', '<=', from!), text)
    .select(listed)
    .offset(0)
    .as('hits')
  const rest = await (read.selectFrom(hits) as unknown as Rows)
    .select(listed)
    .orderBy('id', 'desc')
    .limit(wanted - found.length)
    .execute()
  return [...found, ...rest]
}

export async function listCommands(
  { newestEntries }: Pick<CommandsParts, 'newestEntries'>,
  read: Reader,
  ask: PageAsk,
) {
  if (ask.cursor !== undefined && !idShape.test(ask.cursor)) throw commandsFaults['command.bad_cursor']()
  const rows = await pageOf(read, ask)
  const shown = rows.slice(0, ask.limit)
  const newest = await newestEntries(shown.map(({ id }) => id))
  return {
    items: shown.map((row) => listRow(row, newest.get(row.id))),
    next: rows.length > ask.limit ? shown.at(-1)!.id : null,
  }
}

/** Those of the given commands that the filter and the actor's scope let through, newest first. */
export async function matchingCommands(
  { newestEntries }: Pick<CommandsParts, 'newestEntries'>,
  read: Reader,
  filter: Filter,
  ids: readonly string[],
) {
  if (ids.length === 0) return []
  const rows = narrow(read.selectFrom('command') as unknown as Rows, filter).where('id', 'in', [...ids])
  const found = await (filter.text === undefined ? rows : containing(rows, filter.text))
    .select(listed)
    .orderBy('id', 'desc')
    .execute()
  const newest = await newestEntries(found.map(({ id }) => id))
  return found.map((row) => listRow(row, newest.get(row.id)))
}
