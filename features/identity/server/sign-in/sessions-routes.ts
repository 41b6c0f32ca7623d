import { baseFaults } from '../../../../base/common/fault.ts'
import { type Feature, serve } from '../../../../base/server/endpoint.ts'
import { authEvents } from '../../common/auth-events.ts'
import { sessionsApi } from '../../common/sessions-api.ts'
import { endSessions, listSessions } from './sessions.ts'

const NOTICES_MAX = 20

/** Where one is signed in, and what happened there that one should know. */
export function sessionsRoutes(): Feature {
  return serve(sessionsApi, authEvents, {
    'auth.sessions': async ({ read, actor, input, now }) => listSessions(read, actor, input, now),

    'auth.end-session': async ({ tx, read, actor, input, record, session, announce }) => {
      const found = await read
        .selectFrom('session')
        .select(['id', 'address', 'client'])
        .where('id', '=', input.id)
        .where('stage', '=', 'open')
        .executeTakeFirst()
      if (!found) throw baseFaults['request.not_found']('session')
      await tx.deleteFrom('session').where('id', '=', found.id).execute()
      await record('auth.session-ended', {
        subject: { kind: 'person', id: actor.id, name: actor.name },
        data: { sessionId: found.id, address: found.address, client: found.client },
      })
      if (found.id === actor.sessionId) session.end()
      announce('actor', actor.id)
      return {}
    },

    'auth.end-other-sessions': async ({ tx, actor, record, announce }) => {
      const ended = await endSessions(tx, actor.id, actor.sessionId)
      await record('auth.other-sessions-ended', {
        subject: { kind: 'person', id: actor.id, name: actor.name },
        data: { sessionsEnded: ended },
      })
      announce('actor', actor.id)
      return { ended }
    },

    'auth.notices': async ({ read, actor }) => {
      const rows = await read
        .selectFrom('known_place')
        .select(['id', 'first_seen_at', 'address', 'client'])
        .where('person_id', '=', actor.id)
        .where('is_noticed', '=', false)
        // Whoever came from the new place is not the one to be asked whether it was them.
        .where('first_session_id', '!=', actor.sessionId!)
        .orderBy('first_seen_at', 'desc')
        .limit(NOTICES_MAX)
        .execute()
      return {
        items: rows.map(({ id, first_seen_at, address, client }) => ({
          ...{ id, address, client },
          at: first_seen_at.toISOString(),
        })),
      }
    },

    'auth.dismiss-notices': async ({ tx, actor, input, record }) => {
      const dismissed = await tx
        .updateTable('known_place')
        .set({ is_noticed: true })
        .where('id', 'in', input.ids)
        .where('person_id', '=', actor.id)
        .where('first_session_id', '!=', actor.sessionId!)
        .where('is_noticed', '=', false)
        .returning(['address', 'first_seen_at'])
        .execute()
      if (dismissed.length === 0) throw baseFaults['request.not_found']('notice')
      await record('auth.notices-dismissed', {
        subject: { kind: 'person', id: actor.id, name: actor.name },
        data: {
          places: dismissed.map(({ address, first_seen_at }) => ({
            address,
            at: first_seen_at.toISOString(),
          })),
        },
      })
      return {}
    },
  })
}
