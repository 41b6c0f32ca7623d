import type { Kysely } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { AgentLink } from '../../../wire/server/agent-link.ts'
import { type Dispatcher, orderOf } from './dispatch.ts'
import { followers } from './followers.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { withhold } from './withhold.ts'

type RedeliverParts = Pick<CommandsParts, 'db' | 'bus' | 'now' | 'writeEntries' | 'sealSoon'>

const PAGE = 500

/** Everything a server is still owed, oldest first: queued, or sent and never confirmed. */
export async function redeliver(
  parts: RedeliverParts,
  dispatcher: Dispatcher,
  link: AgentLink,
): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await owed(parts.db, link.serverId, after)
    const isEnding = (row: (typeof rows)[number]) => row.stop_requested_at ?? row.cancel_requested_at
    const fresh = rows.filter((row) => row.state === 'queued' && !isEnding(row) && !dispatcher.isSent(row.id))
    const withheldIds = await withholdOwed(
      parts,
      dispatcher,
      fresh.map(({ id }) => id),
    )
    for (const row of rows) {
      if (withheldIds.includes(row.id))
        // An earlier copy may have come through just before the link broke.
        dispatcher.end(link.serverId, 'command.cancel', row.id, 'whoever asked for it may not any more')
      else if (row.stop_requested_at)
        dispatcher.end(link.serverId, 'command.stop', row.id, 'a person asked for it')
      else if (row.cancel_requested_at)
        dispatcher.end(link.serverId, 'command.cancel', row.id, 'a person asked for it')
      else if (row.picked_up_at === null)
        dispatcher.send([{ id: row.id, serverId: link.serverId, order: orderOf(row) }])
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

/** What waited for the server to come back, in the name of somebody who may not run it any more. */
async function withholdOwed(
  parts: RedeliverParts,
  dispatcher: Dispatcher,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const now = parts.now()
  const { withheldIds, following } = await parts.db.transaction().execute(async (tx) => {
    const locked = await tx
      .selectFrom('command')
      .select('id')
      .where('id', 'in', ids)
      .where('state', '=', 'queued')
      .orderBy('id')
      .forUpdate()
      .execute()
    const withheldIds = await withhold(
      parts,
      tx,
      locked.map(({ id }) => id),
      now,
    )
    return { withheldIds, following: await followers(parts, tx, withheldIds, now) }
  })
  if (withheldIds.length === 0) return []
  following.afterCommit(dispatcher)
  parts.sealSoon()
  for (const id of withheldIds) {
    parts.bus.publish(ANY_COMMAND, id)
    parts.bus.publish(oneCommand(id))
  }
  return withheldIds
}

const owed = (db: Kysely<Database>, serverId: string, after: string) =>
  db
    .selectFrom('command')
    .leftJoin('command_secret', 'command_secret.command_id', 'command.id')
    .select(['id', 'line', 'account', 'os_group', 'timeout_seconds', 'submitted_at', 'sealed'])
    .select(['state', 'picked_up_at', 'cancel_requested_at', 'stop_requested_at'])
    .where('server_id', '=', serverId)
    .where('state', 'in', ['queued', 'delivered', 'running', 'stuck'])
    .where((eb) =>
      eb.or([
        eb('picked_up_at', 'is', null),
        eb('stop_requested_at', 'is not', null),
        eb('cancel_requested_at', 'is not', null),
      ]),
    )
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute()
