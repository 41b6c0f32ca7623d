import { sql } from 'kysely'
import type { ChannelHandler } from '../../../base/server/endpoint.ts'
import type { AgentLinks } from '../../../wire/server/agent-link.ts'
import type { Server } from '../common/server.ts'
import { selectServers, serversOf } from './server-rows.ts'

interface Changes {
  readonly servers: Server[]
  readonly goneIds: string[]
}

/** One message for at most this many servers. */
const SERVERS_MAX = 200

/** The cursor is the set of servers sent so far: what is in it and can no longer be seen is gone. */
export function serverChanges(links: AgentLinks): ChannelHandler<object, Changes> {
  return {
    topics: () => ['server'],
    async next({ read, cursor, poked }) {
      const sent = (cursor as Set<string> | undefined) ?? new Set<string>()
      const ids = poked === 'everything' ? undefined : [...poked]
      const rows = await selectServers(read)
        .$if(ids !== undefined, (query) => query.where(sql<boolean>`server.id = any(${ids}::uuid[])`))
        .orderBy('server.id', 'desc')
        .limit(5000)
        .execute()
      const seen = new Set(rows.map(({ id }) => id))
      const goneIds = [...(ids ?? sent)].filter((id) => sent.has(id) && !seen.has(id))
      for (const id of goneIds) sent.delete(id)
      for (const id of seen) sent.add(id)
      const servers = await serversOf(read, rows, links)
      const messages: Changes[] = []
      for (let start = 0; start < servers.length; start += SERVERS_MAX)
        messages.push({ servers: servers.slice(start, start + SERVERS_MAX), goneIds: [] })
      if (goneIds.length > 0) messages.push({ servers: [], goneIds })
      return { messages, cursor: sent }
    },
  }
}
