import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { type Act, type BeforeAct, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import type { LockOut } from './lock-out.ts'
import { forgetChallenge } from './passkeys.ts'
import { isPassword } from './password.ts'
import { policyOf } from './policy.ts'
import { type Check, type Given, prove } from './prove.ts'

type Input = Omit<Given, 'recoveryCode'> & { readonly password?: string | undefined }

/** Guesses of somebody who sits at an open console, by whatever proof. */
export const countersOfProof = (lockOut: LockOut, personId: string) =>
  lockOut.counterOf(`step-up ${personId}`)

/** Lets one session count as proven from now on. For a proof made elsewhere, too, such as a new single sign-on. */
export async function confirmSession(tx: Kysely<Database>, sessionId: string, now: Date): Promise<void> {
  await tx.updateTable('session').set({ confirmed_at: now }).where('id', '=', sessionId).execute()
}

/** Compares one's own password, unless too much failed. @throws auth.too_many_attempts */
export async function isOwnPassword(
  db: Kysely<Database>,
  lockOut: LockOut,
  personId: string,
  password: string,
  address: string,
  now: Date,
): Promise<{ matches: boolean; passwordHash: string | null }> {
  const policy = await policyOf(db)
  const { heldSeconds } = await lockOut.look(db, countersOfProof(lockOut, personId), ['proof'], policy, now)
  if (heldSeconds > 0) throw identityFaults['auth.too_many_attempts'](heldSeconds)
  const person = await db
    .selectFrom('person')
    .select('password_hash')
    .where('id', '=', personId)
    .executeTakeFirst()
  const passwordHash = person?.password_hash ?? null
  return { matches: await isPassword(password, passwordHash, { address, isKnown: true }), passwordHash }
}

/** Proves anew who sits there; what asks for it is then free for the workspace's time. */
export const stepUp = (
  { db, secrets, publicUrl }: Pick<Parts, 'db' | 'secrets' | 'publicUrl'>,
  lockOut: LockOut,
) =>
  inTwoSteps(
    async ({ actor, input, request, now }: BeforeAct<Input>) =>
      input.password === undefined
        ? undefined
        : isOwnPassword(db, lockOut, actor.id, input.password, request.address, now),
    async (act: Act<Input, typeof authEvents>, own) => {
      const { tx, actor, input, now, record, refuse, session } = act
      const sessionId = actor.sessionId!
      const policy = await policyOf(tx)
      const counters = countersOfProof(lockOut, actor.id)
      const { heldSeconds, isCounted } = await lockOut.look(tx, counters, ['proof'], policy, now)
      if (heldSeconds > 0) throw identityFaults['auth.too_many_attempts'](heldSeconds)
      const origin = session.origin ?? publicUrl
      const proven: { method: 'password' | 'totp' | 'passkey' | 'recovery-code'; check: Check } =
        own === undefined
          ? await prove({ tx, secrets, personId: actor.id, sessionId, origin, now }, input)
          : {
              method: 'password',
              check: own.matches ? 'right' : own.passwordHash === null ? 'no such factor' : 'wrong',
            }
      if (proven.check !== 'right') {
        const { method, check: why } = proven
        return refuse(identityFaults['auth.wrong_proof'](method), async (after, keep) => {
          await forgetChallenge(after, sessionId)
          await lockOut.failed(after, counters, policy, now)
          await keep('auth.step-up-failed', { data: { method, why } })
        })
      }
      if (isCounted) await lockOut.succeeded(tx, counters, policy)
      await confirmSession(tx, sessionId, now)
      await record('auth.stepped-up', { data: { method: proven.method } })
      return { confirmedUntil: new Date(now.getTime() + policy.stepUpSeconds * 1000).toISOString() }
    },
  )
