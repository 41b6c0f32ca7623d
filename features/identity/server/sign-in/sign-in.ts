import type { Act } from '../../../../base/server/endpoint.ts'
import type { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import { personOf } from '../people/people.ts'
import type { Attempts } from './attempts.ts'
import { isPassword } from './password.ts'
import { SESSION_SECONDS, startSession } from './sessions.ts'

type SignIn = Act<{ username: string; password: string }, typeof authEvents>

export const signIn = (attempts: Attempts) => async (act: SignIn) => {
  const { tx, input, now, request, record, refuse, session } = act
  const keys = [`name ${input.username}`, `address ${request.address}`]
  const person = await tx
    .selectFrom('person')
    .selectAll()
    .where('username', '=', input.username)
    .executeTakeFirst()
  const known = person && { id: person.id, name: person.name, kind: 'person' as const }
  const refused = (
    fault: ReturnType<(typeof identityFaults)['auth.wrong_credentials']>,
    why: 'unknown person' | 'wrong password' | 'too many attempts',
  ) =>
    refuse(fault, (_tx, keep) =>
      keep('auth.sign-in-failed', {
        ...(known && { actor: known, subject: { kind: 'person', id: known.id, name: known.name } }),
        data: { username: person?.username ?? null, why },
      }),
    )

  const waitSeconds = attempts.waitSeconds(keys, now)
  if (waitSeconds > 0)
    return refused(identityFaults['auth.too_many_attempts'](waitSeconds), 'too many attempts')
  const matches = await isPassword(input.password, person?.password_hash ?? null)
  if (!person || !known || !matches) {
    attempts.failed(keys, now)
    return refused(identityFaults['auth.wrong_credentials'](), person ? 'wrong password' : 'unknown person')
  }

  attempts.succeeded(keys)
  await tx.updateTable('person').set({ last_sign_in_at: now }).where('id', '=', person.id).execute()
  const { id, secret } = await startSession(tx, person.id, request, now)
  await record('auth.signed-in', {
    actor: known,
    subject: { kind: 'person', id: person.id, name: person.name },
    data: { sessionId: id, method: 'password' },
  })
  session.start(secret, SESSION_SECONDS)
  return {
    person: personOf({ ...person, last_sign_in_at: now }),
    mustChangePassword: person.must_change_password,
  }
}
