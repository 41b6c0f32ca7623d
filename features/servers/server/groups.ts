import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { prepared } from '../../../base/server/prepared.ts'
import type { Reader } from '../../../base/server/scope.ts'
import { serverFaults } from '../common/faults.ts'

interface Group {
  readonly id: string
  readonly name: string
}

/** The groups of these ids, by name. @throws server.unknown_group naming the first that is not there */
export async function groupsNamed(read: Reader, ids: readonly string[]): Promise<Group[]> {
  if (ids.length === 0) return []
  const groups = await read
    .selectFrom('team')
    .select(['id', 'name'])
    .where(sql<boolean>`team.id = any(${ids}::uuid[])`)
    .orderBy('name')
    .execute()
  const missing = ids.find((id) => !groups.some((group) => group.id === id))
  if (missing !== undefined) throw serverFaults['server.unknown_group'](missing)
  return groups
}

const serversOf = prepared<{ server_id: string }>(
  'servers_of_groups',
  'select distinct server_id from server_team where team_id = any($1::uuid[])',
)

/** The servers that groups give to their members; identity asks this for each request of a member. */
export async function serverIdsOf(db: Kysely<Database>, groupIds: readonly string[]): Promise<string[]> {
  if (groupIds.length === 0) return []
  const { rows } = await db.executeQuery(serversOf(groupIds))
  return rows.map(({ server_id }) => server_id)
}

/** The servers of each group, as the reader sees them; identity shows them beside a group. */
export async function serverIdsByGroup(
  read: Reader,
  groupIds: readonly string[],
): Promise<Map<string, string[]>> {
  if (groupIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('server_team')
    .innerJoin('server', 'server.id', 'server_team.server_id')
    .select(['team_id', 'server_id'])
    .where(sql<boolean>`team_id = any(${groupIds}::uuid[])`)
    .where('server.removed_at', 'is', null)
    .orderBy('server.name')
    .execute()
  const byGroup = new Map<string, string[]>()
  for (const { team_id, server_id } of rows)
    byGroup.set(team_id, [...(byGroup.get(team_id) ?? []), server_id])
  return byGroup
}

/** Names of those of these servers that the reader sees; identity shows them beside a token. */
export async function serverNamesOf(read: Reader, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await read
    .selectFrom('server')
    .select(['id', 'name'])
    .where(sql<boolean>`server.id = any(${ids as string[]}::uuid[])`)
    .where('removed_at', 'is', null)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
