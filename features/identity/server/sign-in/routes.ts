import { baseEvents } from '../../../../base/common/events.ts'
import { type Feature, serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts, Parts } from '../../../../base/server/parts.ts'
import { authApi } from '../../common/auth-api.ts'
import { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import { findPerson, groupsOf, personOf, preferencesOf } from '../people/people.ts'
import { changePassword } from './change-password.ts'
import { factorsRoutes } from './factors-routes.ts'
import { FailedSignIns } from './failed-sign-ins.ts'
import { LockOut } from './lock-out.ts'
import { challengePasskey, siteOf } from './passkeys.ts'
import { prepareNobody } from './password.ts'
import { findPending, secondFactor } from './second-factor.ts'
import { sessionsRoutes } from './sessions-routes.ts'
import { signIn } from './sign-in.ts'
import { stepUp } from './step-up.ts'

/** Signing in and out, second factors, sessions: three tables of one topic. */
export function authRoutes(parts: Parts): FeatureParts {
  const lockOut = new LockOut(parts.secrets)
  const failed = new FailedSignIns(parts)
  const topics = [signInRoutes(parts, lockOut, failed), factorsRoutes(parts), sessionsRoutes()]
  let flushing: NodeJS.Timeout | undefined
  return {
    api: Object.assign({}, ...topics.map(({ api }) => api)),
    events: Object.assign({}, ...topics.map(({ events }) => events)),
    handlers: Object.assign({}, ...topics.map(({ handlers }) => handlers)),
    start: async () => {
      await prepareNobody()
      flushing = setInterval(() => void failed.flush(parts.now()), 1000).unref()
    },
    stop: async () => {
      clearInterval(flushing)
      await failed.flush(parts.now(), 'everything')
    },
  }
}

function signInRoutes(parts: Parts, lockOut: LockOut, failed: FailedSignIns): Feature {
  return serve(
    authApi,
    { ...authEvents, 'page.denied': baseEvents['page.denied'] },
    {
      'auth.sign-in': signIn(parts, lockOut, failed),
      'auth.second-factor': secondFactor(parts, lockOut),
      'auth.step-up': stepUp(parts, lockOut),
      'auth.change-password': changePassword(parts, lockOut),

      'auth.passkey-challenge': async ({ tx, actor, session, now }) => {
        const site = siteOf(session.origin ?? parts.publicUrl)
        const pending = actor.sessionId
          ? { sessionId: actor.sessionId, person: { id: actor.id } }
          : await findPending(tx, session.secret, now)
        if (!pending) throw identityFaults['auth.sign_in_again']()
        const options = await challengePasskey(tx, pending.person.id, pending.sessionId, site, now)
        return { options: { ...options } }
      },

      'auth.session': async ({ actor }) => ({ signedIn: actor.kind === 'person' }),

      'auth.me': async ({ actor, read }) => {
        const person = await findPerson(read, actor.id)
        const workspace = await read
          .selectFrom('workspace')
          .select(['name', 'time_zone'])
          .executeTakeFirstOrThrow()
        const groups = await groupsOf(read, actor.id)
        return {
          ...personOf(person!),
          email: person!.email,
          preferences: await preferencesOf(read, actor.id),
          groups,
          seesGroupRecord: (actor.recordServerIds ?? []).length > 0,
          workspace: { name: workspace.name, timeZone: workspace.time_zone },
          mustChangePassword: actor.due === 'new-password',
          mustEnrolFactor: actor.due === 'enrol-factor',
        }
      },

      'auth.sign-out': async ({ tx, actor, record, session, announce }) => {
        await tx.deleteFrom('session').where('id', '=', actor.sessionId!).execute()
        await record('auth.signed-out', { data: { sessionId: actor.sessionId! } })
        session.end()
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
