import { baseFaults } from '../../../../base/common/fault.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import { identityFaults } from '../../common/faults.ts'
import type { groupsEvents } from '../../common/groups-events.ts'
import type { GroupRole } from '../../common/person.ts'
import { listGroups, type ServerIdsByGroup } from './groups.ts'

interface Input {
  readonly id: string
  readonly members?: readonly { readonly personId: string; readonly role: GroupRole }[] | undefined
  readonly personIds?: readonly string[] | undefined
}

const NAMED_MAX = 200

export const setMembers =
  (serverIdsByGroup: ServerIdsByGroup) =>
  async ({ tx, read, input, record, announce }: Act<Input, typeof groupsEvents>) => {
    const group = await tx
      .selectFrom('team')
      .selectAll()
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst()
    if (!group) throw baseFaults['request.not_found']('group')
    const wanted = new Map<string, GroupRole>(
      input.members?.map(({ personId, role }) => [personId, role]) ??
        input.personIds?.map((id) => [id, 'member' as const]),
    )
    const before = await tx
      .selectFrom('team_member')
      .innerJoin('person', 'person.id', 'team_member.person_id')
      .select(['person_id', 'team_member.role', 'username'])
      .where('team_id', '=', group.id)
      .execute()
    const had = new Map(before.map((member) => [member.person_id, member]))
    const people =
      wanted.size === 0
        ? []
        : await tx
            .selectFrom('person')
            .select(['id', 'username'])
            .where('id', 'in', [...wanted.keys()])
            .where('status', '<>', 'removed')
            .orderBy('id')
            // Whoever removes one of them waits for this, or this for them.
            .forShare()
            .execute()
    const usernames = new Map(people.map((person) => [person.id, person.username]))
    for (const id of wanted.keys()) if (!usernames.has(id)) throw identityFaults['group.unknown_person'](id)

    const removed = before.filter((member) => !wanted.has(member.person_id))
    const changed = [...wanted].filter(([id, role]) => had.get(id)?.role !== role)
    await tx.deleteFrom('team_member').where('team_id', '=', group.id).execute()
    if (wanted.size > 0)
      await tx
        .insertInto('team_member')
        .values([...wanted].map(([person_id, role]) => ({ team_id: group.id, person_id, role })))
        .execute()
    await record('group.members-set', {
      subject: { kind: 'group', id: group.id, name: group.name },
      data: {
        name: group.name,
        added: changed.slice(0, NAMED_MAX).map(([id, role]) => ({ username: usernames.get(id)!, role })),
        removed: removed.slice(0, NAMED_MAX).map(({ username }) => ({ username })),
        addedCount: changed.length,
        removedCount: removed.length,
        members: wanted.size,
      },
    })
    announce('actor')
    return (await listGroups(read, { id: group.id, limit: 1 }, serverIdsByGroup)).items[0]!
  }
