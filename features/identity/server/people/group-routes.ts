import type { Transaction } from 'kysely'
import { baseFaults } from '../../../../base/common/fault.ts'
import { newId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../../base/server/parts.ts'
import { identityFaults } from '../../common/faults.ts'
import { groupsApi } from '../../common/groups-api.ts'
import { groupsEvents } from '../../common/groups-events.ts'
import { listGroups, type ServerIdsByGroup } from './groups.ts'
import { setMembers } from './set-members.ts'

export function groupRoutes(serverIdsByGroup: ServerIdsByGroup): FeatureParts {
  return serve(groupsApi, groupsEvents, {
    'group.create': async ({ tx, input, now, record }) => {
      await expectFreeName(tx, input.name)
      const group = { id: newId(now.getTime()), name: input.name, created_at: now }
      await tx.insertInto('team').values(group).execute()
      await record('group.created', {
        subject: { kind: 'group', id: group.id, name: group.name },
        data: { name: group.name },
      })
      return { id: group.id, name: group.name, members: [], serverIds: [], createdAt: now.toISOString() }
    },

    'group.list': async ({ read, input }) => listGroups(read, input, serverIdsByGroup),

    'group.set-members': setMembers(serverIdsByGroup),

    'group.rename': async ({ tx, read, input, record, announce }) => {
      const group = await holdGroup(tx, input.id)
      await expectFreeName(tx, input.name, group.id)
      await tx.updateTable('team').set({ name: input.name }).where('id', '=', group.id).execute()
      await record('group.renamed', {
        subject: { kind: 'group', id: group.id, name: input.name },
        data: { changed: { name: { before: group.name, after: input.name } } },
      })
      const answer = (await listGroups(read, { id: group.id, limit: 1 }, serverIdsByGroup)).items[0]!
      for (const serverId of answer.serverIds) announce('server', serverId)
      announce('actor')
      return answer
    },

    'group.remove': async ({ tx, read, input, record, announce }) => {
      const group = await holdGroup(tx, input.id)
      const members = await tx
        .selectFrom('team_member')
        .select('person_id')
        .where('team_id', '=', group.id)
        .execute()
      const serverIds = (await serverIdsByGroup(read, [group.id])).get(group.id) ?? []
      await tx.deleteFrom('team').where('id', '=', group.id).execute()
      await record('group.removed', {
        subject: { kind: 'group', id: group.id, name: group.name },
        data: { name: group.name, members: members.length, servers: serverIds.length },
      })
      for (const serverId of serverIds) announce('server', serverId)
      announce('actor')
      return { id: group.id }
    },
  })
}

/** @throws request.not_found */
async function holdGroup(tx: Transaction<Database>, id: string) {
  const group = await tx.selectFrom('team').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!group) throw baseFaults['request.not_found']('group')
  return group
}

/** @throws group.name_taken */
async function expectFreeName(tx: Transaction<Database>, name: string, exceptId?: string) {
  const taken = await tx
    .selectFrom('team')
    .select('id')
    .where((eb) => eb(eb.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .$if(exceptId !== undefined, (query) => query.where('id', '<>', exceptId!))
    .executeTakeFirst()
  if (taken) throw identityFaults['group.name_taken'](name)
}
