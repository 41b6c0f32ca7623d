import { baseEvents } from '../../../base/common/events.ts'
import { baseFaults } from '../../../base/common/fault.ts'
import { newId } from '../../../base/common/id.ts'
import { serve } from '../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../base/server/parts.ts'
import { identityApi } from '../common/api.ts'
import { identityEvents } from '../common/events.ts'
import { identityFaults } from '../common/faults.ts'
import { countAttempts } from './attempts.ts'
import { listGroups, type ServerIdsByGroup } from './groups.ts'
import { hashPassword, isPassword, refuseCommon } from './password.ts'
import { countAdmins, findPerson, listPeople, personOf } from './people.ts'
import { endSessions } from './sessions.ts'
import { setMembers } from './set-members.ts'
import { signIn } from './sign-in.ts'

export function identityFeature(serverIdsByGroup: ServerIdsByGroup): FeatureParts {
  return serve(
    identityApi,
    { ...identityEvents, 'page.denied': baseEvents['page.denied'] },
    {
      'auth.sign-in': signIn(countAttempts()),

      'auth.session': async ({ actor }) => ({ signedIn: actor.kind === 'person' }),

      'auth.me': async ({ actor, read }) => {
        const person = await findPerson(read, actor.id)
        const workspace = await read
          .selectFrom('workspace')
          .select(['name', 'time_zone'])
          .executeTakeFirstOrThrow()
        const groups = await read
          .selectFrom('team_member')
          .innerJoin('team', 'team.id', 'team_member.team_id')
          .select(['team.id', 'team.name', 'team_member.role'])
          .where('person_id', '=', actor.id)
          .orderBy('team.name')
          .execute()
        return {
          ...personOf(person!),
          groups,
          workspace: { name: workspace.name, timeZone: workspace.time_zone },
          mustChangePassword: actor.mustChangePassword ?? false,
        }
      },

      'auth.sign-out': async ({ tx, actor, record, session, announce }) => {
        await tx.deleteFrom('session').where('id', '=', actor.sessionId!).execute()
        await record('auth.signed-out', { data: { sessionId: actor.sessionId! } })
        session.end()
        announce('actor', actor.id)
        return {}
      },

      'auth.change-password': async ({ tx, actor, input, record, refuse, announce }) => {
        const { password_hash } = await tx
          .selectFrom('person')
          .select('password_hash')
          .where('id', '=', actor.id)
          .executeTakeFirstOrThrow()
        if (!(await isPassword(input.current, password_hash)))
          return refuse(identityFaults['auth.wrong_current_password'](), (_tx, keep) =>
            keep('auth.password-change-refused', { data: { why: 'wrong current password' } }),
          )
        refuseCommon(input.password)
        await tx
          .updateTable('person')
          .set({ password_hash: await hashPassword(input.password), must_change_password: false })
          .where('id', '=', actor.id)
          .execute()
        const sessionsEnded = await endSessions(tx, actor.id, actor.sessionId)
        await record('auth.password-changed', { data: { sessionsEnded } })
        announce('actor', actor.id)
        return {}
      },

      'auth.report-denied': async ({ actor, input, record }) => {
        await record('page.denied', { data: { path: input.path, role: actor.role } })
        return {}
      },

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
    },
  )
}
