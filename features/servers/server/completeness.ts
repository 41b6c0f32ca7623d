import type { Kysely } from 'kysely'
import type { Completeness } from '../../../base/common/api.ts'
import type { Actor } from '../../../base/server/actor.ts'
import type { Bus } from '../../../base/server/bus.ts'
import type { Database } from '../../../base/server/database.ts'
import type { AgentLinks } from '../../../wire/server/agent-link.ts'

/** A server whose reports are this far behind, or that was not heard for so long, is named as behind. */
const BEHIND_SECONDS = 30
/** Names and last words of offline servers are read again at most this often. */
const REREAD_MILLISECONDS = 1000
const NAMED_MAX = 50

interface Known {
  readonly id: string
  readonly name: string
  readonly complete_to: Date | null
  readonly connected_at: Date | null
}

/** Says to when the record is complete, for the servers an actor may see. */
export type SayCompleteness = (actor: Actor, now: Date) => Promise<Completeness>

/**
 * Asked above every list, so it reads no table for that: who is enrolled is remembered, and how far each is comes from
 * the live links.
 */
export function sayCompleteness(db: Kysely<Database>, bus: Bus, links: AgentLinks): SayCompleteness {
  let known: Promise<ReadonlyMap<string, Known>> | undefined
  let readAt = 0
  let isStale = true
  bus.subscribe('server', () => {
    isStale = true
  })
  const read = async () => {
    const rows = await db
      .selectFrom('server')
      .innerJoin('server_link', 'server_link.server_id', 'server.id')
      .select(['id', 'name', 'complete_to', 'connected_at'])
      .where('removed_at', 'is', null)
      .execute()
    return new Map(rows.map((row) => [row.id, row]))
  }
  const recall = () => {
    const isOld = performance.now() - readAt > REREAD_MILLISECONDS
    if (known === undefined || (isStale && isOld)) {
      isStale = false
      readAt = performance.now()
      known = read().catch((error) => {
        known = undefined
        throw error
      })
    }
    return known
  }
  return async (actor, now) => {
    const servers = await recall()
    const seen =
      actor.role === 'member'
        ? actor.serverIds.flatMap((id) => servers.get(id) ?? [])
        : actor.role === 'none'
          ? []
          : [...servers.values()]
    return summarize(seen, links, now)
  }
}

function summarize(seen: readonly Known[], links: AgentLinks, now: Date): Completeness {
  let completeTo = now.getTime()
  let complete = 0
  const behind: Completeness['behind'] = []
  for (const { id, name, complete_to, connected_at } of seen) {
    const link = links.of(id)
    const to = link && link.completeTo.getTime() > 0 ? link.completeTo : complete_to
    if (link && to && now.getTime() - to.getTime() <= BEHIND_SECONDS * 1000) {
      complete++
      completeTo = Math.min(completeTo, to.getTime())
    } else if (behind.length < NAMED_MAX) {
      const why = link
        ? `${link.queue.reports} reports are still on their way`
        : connected_at === null
          ? 'its agent has never connected'
          : 'its agent is not connected'
      behind.push({ serverId: id, serverName: name, completeTo: to?.toISOString() ?? null, why })
    }
  }
  return { completeTo: new Date(completeTo).toISOString(), servers: seen.length, complete, behind }
}
