import { baseEvents } from '../../../../base/common/events.ts'
import { type Feature, serve } from '../../../../base/server/endpoint.ts'
import { authApi } from '../../common/auth-api.ts'
import { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import { findPerson, personOf } from '../people/people.ts'
import { countAttempts } from './attempts.ts'
import { hashPassword, isPassword, refuseCommon } from './password.ts'
import { endSessions } from './sessions.ts'
import { signIn } from './sign-in.ts'

export function authRoutes(): Feature {
  return serve(
    authApi,
    { ...authEvents, 'page.denied': baseEvents['page.denied'] },
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
          mustChangePassword: actor.due === 'new-password',
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
    },
  )
}
