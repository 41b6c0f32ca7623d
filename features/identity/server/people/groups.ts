import type { Reader } from '../../../../base/server/scope.ts'
import type { Group } from '../../common/person.ts'
import { contains } from './people.ts'

/** The servers of groups, given by the servers feature: identity knows people, not machines. */
export type ServerIdsByGroup = (
  read: Reader,
  groupIds: readonly string[],
) => Promise<ReadonlyMap<string, readonly string[]>>

export async function listGroups(
  read: Reader,
  ask: { cursor?: string | undefined; limit: number; text?: string | undefined; id?: string },
  serverIdsByGroup: ServerIdsByGroup,
): Promise<{ items: Group[]; next: string | null }> {
  const rows = await read
    .selectFrom('team')
    .select(['id', 'name', 'created_at'])
    .$if(ask.id !== undefined, (query) => query.where('id', '=', ask.id!))
    .$if(ask.text !== undefined, (query) => query.where('name', 'ilike', contains(ask.text!)))
    .$if(ask.cursor !== undefined, (query) => query.where('name', '>', ask.cursor!))
    .orderBy('name')
    .limit(ask.limit + 1)
    .execute()
  const shown = rows.slice(0, ask.limit)
  const ids = shown.map((row) => row.id)
  if (ids.length === 0) return { items: [], next: null }
  const members = await read
    .selectFrom('team_member')
    .innerJoin('person', 'person.id', 'team_member.person_id')
    .select(['team_id', 'person_id', 'team_member.role', 'username', 'name'])
    .where('team_id', 'in', ids)
    .orderBy('username')
    .execute()
  const servers = await serverIdsByGroup(read, ids)
  const items = shown.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    serverIds: [...(servers.get(row.id) ?? [])],
    members: members
      .filter((member) => member.team_id === row.id)
      .map(({ person_id, username, name, role }) => ({ personId: person_id, username, name, role })),
  }))
  return { items, next: rows.length > ask.limit ? shown.at(-1)!.name : null }
}
