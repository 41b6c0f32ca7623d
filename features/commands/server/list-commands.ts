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
import { containing, pageContaining } from './text-page.ts'

export type Filter = z.output<typeof CommandFilter>
type Rows = SelectQueryBuilder<Database, 'command', object>

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

interface PageAsk extends Filter {
  readonly cursor?: string | undefined
  readonly limit: number
}

type ListParts = Pick<CommandsParts, 'newestEntries' | 'textIndex'>

async function pageOf({ textIndex }: ListParts, read: Reader, ask: PageAsk) {
  const { text, cursor, from, to, ...filter } = ask
  const before = [cursor, to === undefined ? undefined : lowestId(Date.parse(to))]
    .filter((id) => id !== undefined)
    .sort()[0]
  const notBefore = from === undefined ? 0 : Date.parse(from)
  const rows = (of: Filter) => narrow(read.selectFrom('command') as unknown as Rows, of)
  const wanted = ask.limit + 1
  if (text !== undefined) {
    const plan = await textIndex.planFor(text)
    const isIndexed = filter.status === undefined && filter.scheduled === undefined
    const within = { wanted, before, notBefore, isIndexed, rows: () => rows(filter) }
    return pageContaining(read, { text, plan, ...within })
  }
  const all = rows(ask)
  return (cursor === undefined ? all : all.where('id', '<', cursor))
    .select(listed)
    .orderBy('id', 'desc')
    .limit(wanted)
    .execute()
}

export async function listCommands(parts: ListParts, read: Reader, ask: PageAsk) {
  if (ask.cursor !== undefined && !idShape.test(ask.cursor)) throw commandsFaults['command.bad_cursor']()
  const rows = await pageOf(parts, read, ask)
  const shown = rows.slice(0, ask.limit)
  const newest = await parts.newestEntries(shown.map(({ id }) => id))
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
