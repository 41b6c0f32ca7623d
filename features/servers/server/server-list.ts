import { sql } from 'kysely'
import { z } from 'zod'
import { baseFaults } from '../../../base/common/fault.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { AgentLinks } from '../../../wire/server/agent-link.ts'
import type { LinkState, Server } from '../common/server.ts'
import { selectServers, serversOf } from './server-rows.ts'

const uuid = z.uuid()

interface ServerListAsk {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly text?: string | undefined
  readonly groupId?: string | undefined
  readonly link?: LinkState | undefined
}

/** By name, letter case ignored; names are unique among the servers there are. */
export async function listServers(
  read: Reader,
  ask: ServerListAsk,
  links: AgentLinks,
): Promise<{ items: Server[]; next: string | null }> {
  const { text, groupId, link } = ask
  const after = ask.cursor === undefined ? undefined : await nameBefore(read, ask.cursor)
  const byName = sql<string>`lower(server.name)`
  const rows = await selectServers(read)
    .$if(after !== undefined, (query) => query.where(byName, '>', after!))
    .$if(text !== undefined, (query) => query.where('server.name', 'ilike', contains(text!)))
    .$if(groupId !== undefined, (query) =>
      query.where('server.id', 'in', (eb) =>
        eb.selectFrom('server_team').select('server_team.server_id').where('team_id', '=', groupId!),
      ),
    )
    .$if(link === 'connected', (query) => query.where('is_connected', '=', true))
    .$if(link === 'never', (query) =>
      query.where('is_connected', '=', false).where('connected_at', 'is', null),
    )
    .$if(link === 'offline', (query) =>
      query.where('is_connected', '=', false).where('connected_at', 'is not', null),
    )
    .orderBy(byName)
    .limit(ask.limit + 1)
    .execute()
  const shown = rows.slice(0, ask.limit)
  const next = rows.length > ask.limit ? shown.at(-1)!.id : null
  return { items: await serversOf(read, shown, links), next }
}

/** Text to be looked for as it is: `%`, `_` and `\` are letters too. */
const contains = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** A cursor is the id of the last server shown: its name is looked up again, so that it fits and may change. */
async function nameBefore(read: Reader, cursor: string): Promise<string> {
  const row = uuid.safeParse(cursor).success
    ? await read
        .selectFrom('server')
        .select(sql<string>`lower(server.name)`.as('name'))
        .where('server.id', '=', cursor)
        .executeTakeFirst()
    : undefined
  if (!row) throw baseFaults['request.invalid']('the cursor is not one this list gave')
  return row.name
}
