import type { Selectable } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { authEvents } from '../../common/auth-events.ts'
import type { SignInMethod } from '../../common/person.ts'
import type { SecondFactor } from '../../common/sign-in.ts'
import { hashOf, rememberPlace } from './places.ts'
import { pruneSessions, startSession } from './sessions.ts'

/** What signing in needs of a command. */
export type SigningIn = Pick<
  Act<unknown, Pick<typeof authEvents, 'auth.signed-in' | 'auth.new-place'>>,
  'tx' | 'now' | 'request' | 'session' | 'record' | 'announce'
>

/** What single sign-on knows beyond the method. */
export interface HowProven {
  /** What was given here after the provider had let them through. */
  readonly secondFactor?: SecondFactor
  /** The provider asked for a second factor, and its word counts. */
  readonly isFactorTrusted?: boolean
  /** When somebody last made sure who is there; null: not known. Left out: now. */
  readonly provenAt?: Date | null
}

/**
 * Signs a person in, by whatever proved who they are: a new secret in the cookie (what came along ends, so that no
 * session can be planted), the place remembered, both recorded. Everything that lets somebody in ends here.
 */
export async function openSession(
  act: SigningIn,
  person: Pick<Selectable<Database['person']>, 'id' | 'name'>,
  method: SignInMethod,
  how: HowProven = {},
): Promise<{ sessionId: string }> {
  const { tx, now, request, session, record, announce } = act
  const replaced = await endPresented(act)
  const { session_seconds } = await tx
    .selectFrom('workspace')
    .select('session_seconds')
    .executeTakeFirstOrThrow()
  const { id, secret } = await startSession(
    tx,
    { personId: person.id, stage: 'open', method, lifeSeconds: session_seconds, ...how },
    request,
    now,
  )
  if (await pruneSessions(tx, person.id, 'open', now)) announce('actor', person.id)
  session.start(secret, session_seconds)
  await tx.updateTable('person').set({ last_sign_in_at: now }).where('id', '=', person.id).execute()
  const { address, client } = request
  const place = await rememberPlace({ tx, personId: person.id, sessionId: id, address, client, session, now })
  const about = {
    actor: { id: person.id, name: person.name, kind: 'person' as const },
    subject: { kind: 'person', id: person.id, name: person.name },
  }
  await record('auth.signed-in', {
    ...about,
    data: {
      sessionId: id,
      method,
      ...(how.secondFactor && { secondFactor: how.secondFactor }),
      ...(replaced && { replacedSessionId: replaced }),
    },
  })
  if (place.isNew)
    await record('auth.new-place', {
      ...about,
      data: { sessionId: id, address, client, isKnownDevice: place.isKnownDevice },
    })
  return { sessionId: id }
}

/** Ends the session whose cookie came along. @returns its id, where it had been open */
export async function endPresented({ tx, session, announce }: SigningIn): Promise<string | undefined> {
  if (session.secret === undefined) return undefined
  const ended = await tx
    .deleteFrom('session')
    .where('secret_hash', '=', hashOf(session.secret))
    .returning(['id', 'person_id', 'stage'])
    .executeTakeFirst()
  if (ended?.stage !== 'open') return undefined
  announce('actor', ended.person_id)
  return ended.id
}
