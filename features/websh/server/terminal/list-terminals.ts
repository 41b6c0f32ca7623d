import type { SelectQueryBuilder } from 'kysely'
import type { z } from 'zod'
import type { Completeness } from '../../../../base/common/api.ts'
import { lowestId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { Ask, ChannelHandler } from '../../../../base/server/endpoint.ts'
import type { TerminalRow } from '../../common/terminal.ts'
import type { TerminalFilter, terminalApi } from '../../common/terminal-api.ts'
import { terminalFaults } from '../../common/terminal-faults.ts'
import { ANY_TERMINAL } from './parts.ts'
import { type RowParts, shownRows } from './rows.ts'

type Filter = z.output<typeof TerminalFilter>
type Rows = SelectQueryBuilder<Database, 'terminal', object>

const ROWS_MAX = 200
const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/
const NAMES = ['server_name', 'account', 'operator_name', 'address'] as const

/** Ids ascend with time, so a range of dates is a range of ids. */
function narrow(rows: Rows, filter: Filter): Rows {
  let query = rows
  if (filter.serverId !== undefined) query = query.where('server_id', '=', filter.serverId)
  if (filter.personId !== undefined) query = query.where('operator_id', '=', filter.personId)
  if (filter.account !== undefined) query = query.where('account', '=', filter.account)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.live === 'true') query = query.where('status', 'in', ['opening', 'live'])
  if (filter.live === 'false') query = query.where('status', 'not in', ['opening', 'live'])
  if (filter.workSessionId !== undefined) query = query.where('work_session_id', '=', filter.workSessionId)
  if (filter.from !== undefined) query = query.where('id', '>=', lowestId(Date.parse(filter.from)))
  if (filter.to !== undefined) query = query.where('id', '<', lowestId(Date.parse(filter.to)))
  if (filter.text !== undefined) {
    const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where((eb) => eb.or(NAMES.map((name) => eb(name, 'ilike', pattern))))
  }
  return query
}

export const listTerminals =
  (parts: RowParts) =>
  async ({ read, input, actor, now }: Ask<z.output<(typeof terminalApi)['terminal.list']['in']>>) => {
    const { cursor, limit } = input
    if (cursor !== undefined && !idShape.test(cursor)) throw terminalFaults['terminal.bad_cursor']()
    const rows = await narrow(read.selectFrom('terminal') as unknown as Rows, input)
      .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return {
      items: await shownRows(parts, rows.slice(0, limit)),
      next: rows.length > limit ? rows[limit - 1]!.id : null,
      completeness: await parts.completeness(actor, now),
    }
  }

/** Rows of a list as they appear and change. The list itself is read with terminal.list; this only says what is new. */
export const changes = (
  parts: RowParts,
): ChannelHandler<Filter, { rows: TerminalRow[]; completeness: Completeness | null }> => ({
  topics: () => [ANY_TERMINAL, 'server'],
  next: async ({ poked, actor, read, input, now }) => {
    const ids = poked === 'everything' ? [] : [...poked].filter((id) => id !== '').slice(0, ROWS_MAX)
    const rows =
      ids.length === 0
        ? []
        : await narrow(read.selectFrom('terminal') as unknown as Rows, input)
            .where('id', 'in', ids)
            .selectAll()
            .orderBy('id', 'desc')
            .execute()
    return {
      messages: [{ rows: await shownRows(parts, rows), completeness: await parts.completeness(actor, now) }],
    }
  },
})
