import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Act, SessionCookies } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import { personOf } from '../people/people.ts'
import type { LockOut } from './lock-out.ts'
import { openSession } from './open-session.ts'
import { forgetChallenge } from './passkeys.ts'
import { deviceHashOf, hashOf } from './places.ts'
import { policyOf } from './policy.ts'
import { type Given, prove } from './prove.ts'

const TRIES = 5

/** The sign-in that a cookie carries to its second step. */
export async function findPending(tx: Kysely<Database>, secret: string | undefined, now: Date) {
  if (secret === undefined || secret.length > 100) return undefined
  const pending = await tx
    .selectFrom('session')
    .select(['id', 'person_id', 'tries', 'method'])
    .where('secret_hash', '=', hashOf(secret))
    .where('stage', '=', 'second-factor')
    .where('expires_at', '>', now)
    .forUpdate()
    .executeTakeFirst()
  if (!pending) return undefined
  const person = await tx
    .selectFrom('person')
    .selectAll()
    .where('id', '=', pending.person_id)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return person && { sessionId: pending.id, tries: pending.tries, method: pending.method, person }
}

/** Whoever stole the password cannot make the person wait at their own browser. */
async function knownDevice(tx: Kysely<Database>, personId: string, session: SessionCookies): Promise<string> {
  const device = deviceHashOf(session)
  if (device === undefined) return 'anywhere'
  const known = await tx
    .selectFrom('known_place')
    .select('id')
    .where('device_hash', '=', device)
    .where('person_id', '=', personId)
    .limit(1)
    .executeTakeFirst()
  return known ? device.toString('hex') : 'anywhere'
}

/**
 * Completes a sign-in. A few tries each time, and over all times as many as the lock-out allows: whoever has the
 * password cannot go on guessing by signing in again.
 */
export const secondFactor =
  ({ secrets, publicUrl }: Pick<Parts, 'secrets' | 'publicUrl'>, lockOut: LockOut) =>
  async (act: Act<Given, typeof authEvents>) => {
    const { tx, now, input, session, refuse } = act
    const pending = await findPending(tx, session.secret, now)
    if (!pending) {
      session.end()
      throw identityFaults['auth.sign_in_again']()
    }
    const { person, sessionId } = pending
    const policy = await policyOf(tx)
    const counters = lockOut.counterOf(
      `second-factor ${person.id} ${await knownDevice(tx, person.id, session)}`,
    )
    const { heldSeconds, isCounted } = await lockOut.look(tx, counters, ['proof'], policy, now)
    if (heldSeconds > 0) throw identityFaults['auth.too_many_attempts'](heldSeconds)

    const origin = session.origin ?? publicUrl
    const proven = await prove({ tx, secrets, personId: person.id, sessionId, origin, now }, input)
    if (proven.check !== 'right') {
      const { method, check: why } = proven
      const triesLeft = TRIES - pending.tries - 1
      if (triesLeft === 0) session.end()
      return refuse(identityFaults['auth.wrong_second_factor'](triesLeft), async (after, keep) => {
        if (triesLeft === 0) await after.deleteFrom('session').where('id', '=', sessionId).execute()
        else {
          await after
            .updateTable('session')
            .set((eb) => ({ tries: eb('tries', '+', 1) }))
            .where('id', '=', sessionId)
            .execute()
          await forgetChallenge(after, sessionId)
        }
        await lockOut.failed(after, counters, policy, now)
        await keep('auth.second-factor-failed', {
          actor: { id: person.id, name: person.name, kind: 'person' },
          subject: { kind: 'person', id: person.id, name: person.name },
          data: { method, why, triesLeft },
        })
      })
    }
    if (isCounted) await lockOut.succeeded(tx, counters, policy)
    const isAfterProvider = pending.method === 'single-sign-on'
    await openSession(act, person, isAfterProvider ? pending.method : proven.method, {
      ...(isAfterProvider && { secondFactor: proven.method }),
    })
    return {
      person: personOf({ ...person, last_sign_in_at: now }),
      mustChangePassword: person.must_change_password,
      ...(proven.recoveryCodesLeft !== undefined && { recoveryCodesLeft: proven.recoveryCodesLeft }),
    }
  }
