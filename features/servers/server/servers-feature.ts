import { type Kysely, sql, type Transaction } from 'kysely'
import { baseFaults } from '../../../base/common/fault.ts'
import type { Database } from '../../../base/server/database.ts'
import { type Act, serve } from '../../../base/server/endpoint.ts'
import type { FeatureParts, Parts } from '../../../base/server/parts.ts'
import type { AgentLinks, LinkReactions } from '../../../wire/server/agent-link.ts'
import type { AgentStore } from '../../../wire/server/agent-store.ts'
import { serversApi } from '../common/api.ts'
import { serverEvents } from '../common/events.ts'
import { serverFaults } from '../common/faults.ts'
import { enrol, type JournalMemory } from './agent-enrol.ts'
import { agentReports } from './agent-reports.ts'
import { agentStore } from './agent-store.ts'
import { type SayCompleteness, sayCompleteness } from './completeness.ts'
import { LinkCheck, REMOVED } from './link-check.ts'
import { LinkRecord } from './link-record.ts'
import { serverChanges } from './server-changes.ts'
import { listHoles } from './server-holes.ts'
import { listServers } from './server-list.ts'
import { detailOf, findServer, serversOf } from './server-rows.ts'
import { setGroups } from './server-set-groups.ts'
import { createToken, listTokens, makeLocalToken, revokeToken } from './server-token.ts'
import { mustBeInBounds } from './token-bounds.ts'

export interface ServersOptions {
  readonly links: AgentLinks
  readonly journal: JournalMemory
}

/** What happens to a server's things elsewhere when it is removed, in the same transaction. */
export type WhenRemoved = (
  tx: Transaction<Database>,
  server: { readonly id: string; readonly name: string },
  afterCommit: (react: () => void) => void,
) => Promise<void>

export interface ServersFeature extends FeatureParts {
  readonly store: AgentStore<Transaction<Database>>
  readonly reactions: LinkReactions<Transaction<Database>>
  readonly completeness: SayCompleteness
  /** A token that enrols one machine within the hour: the one this server runs on. */
  readonly localToken: () => Promise<string>
  /** A higher feature registers what it does when a server is removed. */
  readonly onRemoved: (react: WhenRemoved) => void
}

export function serversFeature(parts: Parts, { links, journal }: ServersOptions): ServersFeature {
  const record = new LinkRecord(parts, links)
  const check = new LinkCheck(parts, links)
  const whenRemoved: WhenRemoved[] = []
  const served = serve(serversApi, serverEvents, {
    'server.list': ({ read, input }) => listServers(read, input, links),
    'server.read': async ({ read, input }) => {
      const row = await findServer(read, input.id)
      if (!row) throw baseFaults['request.not_found']('server')
      return detailOf(read, row, links)
    },
    'server.rename': async ({ tx, read, actor, input, record, announce, afterCommit }) => {
      const row = await findServer(read, input.id)
      if (!row) throw baseFaults['request.not_found']('server')
      mustBeInBounds(actor, row)
      if (await isTaken(tx, input.name, row.id)) throw serverFaults['server.name_taken'](input.name)
      await tx.updateTable('server').set({ name: input.name }).where('id', '=', row.id).execute()
      await record('server.renamed', {
        server: { id: row.id, name: input.name },
        subject: { kind: 'server', id: row.id, name: input.name },
        data: { before: row.name, after: input.name },
      })
      afterCommit(() => links.of(row.id)?.rename(input.name))
      announce('server', row.id)
      const [server] = await serversOf(read, [{ ...row, name: input.name }], links)
      return server!
    },
    'server.set-groups': setGroups(links),
    'server.remove': async (act) => remove(act, links, whenRemoved),
    'server.holes': ({ read, input }) => listHoles(read, input),
    'server.changes': serverChanges(links),
    'server-token.create': createToken(parts.publicUrl),
    'server-token.list': ({ read, input, now }) => listTokens(read, input, now),
    'server-token.revoke': revokeToken,
    'agent.enrol': enrol(journal),
  })
  return {
    ...served,
    store: agentStore(parts.db),
    completeness: sayCompleteness(parts.db, parts.bus, links),
    localToken: () => makeLocalToken(parts),
    onRemoved: (react) => void whenRemoved.push(react),
    reactions: {
      reports: agentReports(parts),
      linked: (link) => record.linked(link),
      unlinked: (link, at, why) => record.unlinked(link, at, why),
      beat: (link, _running, at) => record.beat(link, at),
      facts: (link, facts, at) => record.facts(link, facts, at),
      alarm: (link, alarm, at) => record.alarm(link, alarm, at),
    },
    start: async () => {
      await closeLinksLeftOpen(parts)
      check.start()
    },
    stop: async () => {
      await check.stop()
      await record.flush()
    },
  }
}

async function isTaken(tx: Kysely<Database>, name: string, exceptId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from server
    where lower(name) = lower(${name}) and removed_at is null and id <> ${exceptId}`.execute(tx)
  return rows.length > 0
}

async function remove(
  { tx, read, actor, input, now, record, announce, afterCommit }: Act<{ id: string }, typeof serverEvents>,
  links: AgentLinks,
  whenRemoved: readonly WhenRemoved[],
) {
  const row = await findServer(read, input.id)
  if (!row) throw baseFaults['request.not_found']('server')
  mustBeInBounds(actor, row)
  await tx.updateTable('server').set({ removed_at: now }).where('id', '=', row.id).execute()
  await record('server.removed', {
    server: { id: row.id, name: row.name },
    subject: { kind: 'server', id: row.id, name: row.name },
    data: { name: row.name },
  })
  for (const react of whenRemoved) await react(tx, row, afterCommit)
  afterCommit(() => links.of(row.id)?.close(REMOVED))
  announce('server', row.id)
  return { id: row.id }
}

/** A server that was killed could not write that its links ended. */
async function closeLinksLeftOpen({ db, now, writeEntries, sealSoon }: Parts): Promise<void> {
  const at = now()
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string; name: string; agent_id: string }>`
      update server_link l set is_connected = false from server s where s.id = l.server_id and l.is_connected
      returning s.id, s.name, s.agent_id`.execute(tx)
    await writeEntries(
      tx,
      rows.map(({ id, name, agent_id }) => ({
        kind: 'server.disconnected',
        at,
        actor: { id: agent_id, name, kind: 'agent' },
        server: { id, name },
        subject: { kind: 'server', id, name },
        data: { why: 'Annals was not running' },
      })),
    )
  })
  sealSoon()
}
