import { sql } from 'kysely'
import { baseFaults } from '../../../base/common/fault.ts'
import type { Act } from '../../../base/server/endpoint.ts'
import type { AgentLinks } from '../../../wire/server/agent-link.ts'
import type { serverEvents } from '../common/events.ts'
import type { Server } from '../common/server.ts'
import { groupsNamed } from './groups.ts'
import { findServer, serversOf } from './server-rows.ts'
import { mustBeInBounds } from './token-bounds.ts'

export const setGroups =
  (links: AgentLinks) =>
  async ({
    tx,
    read,
    actor,
    input,
    record,
    announce,
  }: Act<{ id: string; groupIds: readonly string[] }, typeof serverEvents>): Promise<Server> => {
    const server = await findServer(read, input.id)
    if (!server) throw baseFaults['request.not_found']('server')
    mustBeInBounds(actor, server)
    const wanted = await groupsNamed(read, [...new Set(input.groupIds)])
    const before = await read
      .selectFrom('server_team')
      .innerJoin('team', 'team.id', 'server_team.team_id')
      .select(['team.id', 'team.name'])
      .where('server_id', '=', server.id)
      .orderBy('team.name')
      .execute()
    const added = wanted.filter(({ id }) => !before.some((group) => group.id === id))
    const removed = before.filter(({ id }) => !wanted.some((group) => group.id === id))
    if (removed.length > 0)
      await tx
        .deleteFrom('server_team')
        .where('server_id', '=', server.id)
        .where(sql<boolean>`team_id = any(${removed.map(({ id }) => id)}::uuid[])`)
        .execute()
    if (added.length > 0)
      await tx
        .insertInto('server_team')
        .values(added.map(({ id }) => ({ server_id: server.id, team_id: id })))
        .execute()
    await record('server.groups_set', {
      server: { id: server.id, name: server.name },
      subject: { kind: 'server', id: server.id, name: server.name },
      data: {
        added: added.map(({ name }) => name),
        removed: removed.map(({ name }) => name),
        groups: wanted.length,
      },
    })
    announce('server', server.id)
    announce('actor', 'everything')
    const [answer] = await serversOf(read, [server], links)
    return answer!
  }
