import type { Selectable, Transaction } from 'kysely'
import type { Role } from '../../../../base/common/api.ts'
import { type Actor, system } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { SingleSignOn } from '../../common/single-sign-on.ts'
import type { Identity } from './claims.ts'

/** In the record it is the provider that changed somebody's role or groups, through Annals. */
export const byProvider: Pick<Actor, 'id' | 'name' | 'kind'> = (({ id, name, kind }) => ({ id, name, kind }))(
  system('Single sign-on'),
)

/**
 * The role the claim gives: of several the one that may do most.
 * @returns undefined for whom none is meant; null where roles are given by hand
 */
export function roleOf(
  { roles }: Pick<Identity, 'roles'>,
  settings: Pick<SingleSignOn, 'rolesClaim' | 'roles' | 'defaultRole'>,
): Role | undefined | null {
  if (settings.rolesClaim === null) return null
  const given = settings.roles.filter(({ value }) => roles.includes(value)).map(({ role }) => role)
  return (
    (['admin', 'auditor', 'member'] as const).find((role) => given.includes(role)) ??
    settings.defaultRole ??
    undefined
  )
}

export interface MembershipChange {
  readonly group: { readonly id: string; readonly name: string }
  readonly isAdded: boolean
  /** How many belong to it now. */
  readonly members: number
}

/**
 * Puts somebody into the groups their claim gives and takes them out of the other groups that the mapping names. Groups it
 * does not name, and whether somebody is owner or manager of one, are decided here and stay.
 */
export async function setGroups(
  tx: Transaction<Database>,
  { id }: Pick<Selectable<Database['person']>, 'id'>,
  { groups }: Pick<Identity, 'groups'>,
  settings: Pick<SingleSignOn, 'groupsClaim' | 'groups'>,
): Promise<MembershipChange[]> {
  if (settings.groupsClaim === null || settings.groups.length === 0) return []
  const mapped = [...new Set(settings.groups.map(({ groupId }) => groupId))]
  const wanted = new Set(
    settings.groups.filter(({ value }) => groups.includes(value)).map(({ groupId }) => groupId),
  )
  const teams = await tx
    .selectFrom('team')
    .select(['id', 'name'])
    .where('id', 'in', mapped)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  const had = new Set(
    (
      await tx
        .selectFrom('team_member')
        .select('team_id')
        .where('person_id', '=', id)
        .where('team_id', 'in', mapped)
        .execute()
    ).map(({ team_id }) => team_id),
  )
  const added = teams.filter((team) => wanted.has(team.id) && !had.has(team.id))
  const removed = teams.filter((team) => !wanted.has(team.id) && had.has(team.id))
  if (added.length > 0)
    await tx
      .insertInto('team_member')
      .values(added.map((team) => ({ team_id: team.id, person_id: id, role: 'member' as const })))
      .execute()
  if (removed.length > 0)
    await tx
      .deleteFrom('team_member')
      .where('person_id', '=', id)
      .where(
        'team_id',
        'in',
        removed.map((team) => team.id),
      )
      .execute()
  const changed = [...added, ...removed]
  if (changed.length === 0) return []
  const counts = await tx
    .selectFrom('team_member')
    .select(['team_id', (eb) => eb.fn.countAll<string>().as('members')])
    .where(
      'team_id',
      'in',
      changed.map((team) => team.id),
    )
    .groupBy('team_id')
    .execute()
  return changed.map((group) => ({
    group,
    isAdded: wanted.has(group.id),
    members: Number(counts.find(({ team_id }) => team_id === group.id)?.members ?? 0),
  }))
}
