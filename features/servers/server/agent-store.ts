import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { AgentStore } from '../../../wire/server/agent-store.ts'

/** Agents and how far their reports are stored, in the database. */
export function agentStore(db: Kysely<Database>): AgentStore<Transaction<Database>> {
  return {
    async find(agentId) {
      const row = await db
        .selectFrom('server')
        .innerJoin('agent_position', 'agent_position.agent_id', 'server.agent_id')
        .select(['server.id', 'server.name', 'signing_key', 'removed_at', 'committed'])
        .where('server.agent_id', '=', agentId)
        .executeTakeFirst()
      return (
        row && {
          agentId,
          serverId: row.id,
          serverName: row.name,
          signingKey: row.signing_key,
          isRemoved: row.removed_at !== null,
          committed: row.committed,
        }
      )
    },
    async commit(steps, write) {
      await db.transaction().execute(async (tx) => {
        const { rows } = await sql<{ agent_id: string }>`
          update agent_position p set committed = step.up_to
          from unnest(${steps.map(({ agentId }) => agentId)}::uuid[], ${steps.map(({ after }) => after)}::bigint[],
            ${steps.map(({ upTo }) => upTo)}::bigint[]) as step (agent_id, after, up_to), server s
          where p.agent_id = step.agent_id and p.committed = step.after and s.id = p.server_id and s.removed_at is null
          returning p.agent_id`.execute(tx)
        await write(tx, new Set(rows.map(({ agent_id }) => agent_id)))
      })
    },
  }
}
