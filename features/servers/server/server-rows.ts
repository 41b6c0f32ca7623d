import { sql } from 'kysely'
import type { Reader } from '../../../base/server/scope.ts'
import type { Facts } from '../../../wire/common/facts.ts'
import type { AgentLinks } from '../../../wire/server/agent-link.ts'
import type { Server, ServerDetail } from '../common/server.ts'

/** Groups by left join from what the actor sees: a group of others is not named. */
export const selectServers = (read: Reader) =>
  read
    .selectFrom('server')
    .innerJoin('server_link', 'server_link.server_id', 'server.id')
    .select([
      'server.id',
      'server.name',
      'server.agent_id',
      'server.agent_version',
      'server.os',
      'server.enrolled_at',
      'server.removed_at',
      'is_connected',
      'connected_at',
      'heard_at',
      'protocol_version',
      'address',
      'clock_offset_ms',
      'queue_reports',
      'queue_oldest_at',
      'complete_to',
      'checkpoint_size',
      'checkpoint_alarm',
    ])
    .where('server.removed_at', 'is', null)

export type ServerRow = Awaited<ReturnType<ReturnType<typeof selectServers>['execute']>>[number]

export async function findServer(read: Reader, id: string): Promise<ServerRow | undefined> {
  return selectServers(read).where('server.id', '=', id).executeTakeFirst()
}

/** The facts and the key of a server that was read as the actor. */
export async function detailOf(read: Reader, row: ServerRow, links: AgentLinks): Promise<ServerDetail> {
  const [server] = await serversOf(read, [row], links)
  const { facts, facts_at, signing_key } = await read
    .selectFrom('server')
    .select(['facts', 'facts_at', 'signing_key'])
    .where('id', '=', row.id)
    .executeTakeFirstOrThrow()
  return {
    ...server!,
    facts: facts === null ? null : (JSON.parse(facts) as Facts),
    factsAt: facts_at?.toISOString() ?? null,
    publicKey: signing_key,
  }
}

/** Rows as answers: groups by name, and what the live link knows better than the last row written of it. */
export async function serversOf(
  read: Reader,
  rows: readonly ServerRow[],
  links: AgentLinks,
): Promise<Server[]> {
  if (rows.length === 0) return []
  const groups = await read
    .selectFrom('server_team')
    .innerJoin('team', 'team.id', 'server_team.team_id')
    .select(['server_id', 'team.id', 'team.name'])
    .where(sql<boolean>`server_team.server_id = any(${rows.map(({ id }) => id)}::uuid[])`)
    .orderBy('team.name')
    .execute()
  const byServer = Map.groupBy(groups, ({ server_id }) => server_id)
  return rows.map((row) => serverOf(row, byServer.get(row.id) ?? [], links))
}

function serverOf(
  row: ServerRow,
  groups: readonly { id: string; name: string }[],
  links: AgentLinks,
): Server {
  const link = links.of(row.id)
  const isConnected = link !== undefined || row.is_connected
  const queue = link?.queue ?? { reports: row.queue_reports, oldestAt: row.queue_oldest_at }
  const linkCompleteTo = link && link.completeTo.getTime() > 0 ? link.completeTo : null
  return {
    id: row.id,
    name: row.name,
    groups: groups.map(({ id, name }) => ({ id, name })),
    link: isConnected ? 'connected' : row.connected_at === null ? 'never' : 'offline',
    heardAt: (link?.heardAt ?? row.heard_at)?.toISOString() ?? null,
    agentVersion: link?.agentVersion ?? row.agent_version,
    protocolVersion: link?.protocolVersion ?? row.protocol_version,
    os: row.os,
    address: link?.address ?? row.address,
    clockOffsetMilliseconds: link?.clockOffsetMilliseconds ?? row.clock_offset_ms,
    queue:
      queue.reports === null
        ? null
        : { reports: queue.reports, oldestAt: queue.oldestAt?.toISOString() ?? null },
    completeTo: (linkCompleteTo ?? row.complete_to)?.toISOString() ?? null,
    checkpointSize: link?.checkpointSize ?? row.checkpoint_size,
    checkpointAlarm: row.checkpoint_alarm,
    enrolledAt: row.enrolled_at.toISOString(),
  }
}
