import { baseFaults } from '../../../../base/common/fault.ts'
import { newId } from '../../../../base/common/id.ts'
import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts, Parts } from '../../../../base/server/parts.ts'
import { identityFaults } from '../../common/faults.ts'
import { peopleApi } from '../../common/people-api.ts'
import { peopleEvents } from '../../common/people-events.ts'
import { hashPassword, refuseCommon } from '../sign-in/password.ts'
import { listGroups, type ServerIdsByGroup } from './groups.ts'
import { countAdmins, findPerson, listPeople, personOf } from './people.ts'
import { setMembers } from './set-members.ts'

export function peopleRoutes(_parts: Parts, serverIdsByGroup: ServerIdsByGroup): FeatureParts {
  return serve(peopleApi, peopleEvents, {
    'person.create': async ({ tx, input, now, record }) => {
      refuseCommon(input.password)
      const taken = await tx
        .selectFrom('person')
        .select('id')
        .where('username', '=', input.username)
        .executeTakeFirst()
      if (taken) throw identityFaults['person.username_taken'](input.username)
      const row = {
        id: newId(now.getTime()),
        username: input.username,
        name: input.name,
        role: input.role,
        account: input.account ?? null,
        created_at: now,
        last_sign_in_at: null,
      }
      await tx
        .insertInto('person')
        .values({ ...row, password_hash: await hashPassword(input.password) })
        .execute()
      await record('person.created', {
        subject: { kind: 'person', id: row.id, name: row.name },
        data: { username: row.username, name: row.name, role: row.role, account: row.account },
      })
      return personOf(row)
    },

    'person.list': async ({ read, input }) => listPeople(read, input),

    'person.set-role': async ({ tx, read, input, record, announce }) => {
      const person = await findPerson(read, input.id)
      if (!person) throw baseFaults['request.not_found']('person')
      if (person.role === 'admin' && input.role !== 'admin' && (await countAdmins(tx)) === 1)
        throw identityFaults['person.last_admin']()
      await tx.updateTable('person').set({ role: input.role }).where('id', '=', person.id).execute()
      await record('person.role-set', {
        subject: { kind: 'person', id: person.id, name: person.name },
        data: { username: person.username, before: person.role, after: input.role },
      })
      announce('actor', person.id)
      return personOf({ ...person, role: input.role })
    },

    'group.create': async ({ tx, input, now, record }) => {
      const taken = await tx
        .selectFrom('team')
        .select('id')
        .where((eb) => eb(eb.fn<string>('lower', ['name']), '=', input.name.toLowerCase()))
        .executeTakeFirst()
      if (taken) throw identityFaults['group.name_taken'](input.name)
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
  })
}
