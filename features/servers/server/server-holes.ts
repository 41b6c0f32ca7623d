import { baseFaults } from '../../../base/common/fault.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { Hole } from '../common/server.ts'

/** Newest first. */
export async function listHoles(
  read: Reader,
  ask: { cursor?: string | undefined; limit: number; serverId?: string | undefined },
): Promise<{ items: Hole[]; next: string | null }> {
  if (ask.cursor !== undefined && !/^[0-9a-f-]{36}$/.test(ask.cursor))
    throw baseFaults['request.invalid']('the cursor is not one this list gave')
  const rows = await read
    .selectFrom('server_hole')
    .selectAll()
    .$if(ask.cursor !== undefined, (query) => query.where('id', '<', ask.cursor!))
    .$if(ask.serverId !== undefined, (query) => query.where('server_id', '=', ask.serverId!))
    .orderBy('id', 'desc')
    .limit(ask.limit + 1)
    .execute()
  const shown = rows.slice(0, ask.limit)
  const items = shown.map((row) => ({
    id: row.id,
    serverId: row.server_id,
    serverName: row.server_name,
    from: row.from_number,
    to: row.to_number,
    count: row.to_number - row.from_number + 1,
    since: row.since?.toISOString() ?? null,
    until: row.until?.toISOString() ?? null,
    state: row.state,
    why: row.why,
    foundAt: row.found_at.toISOString(),
  }))
  return { items, next: rows.length > ask.limit ? shown.at(-1)!.id : null }
}
