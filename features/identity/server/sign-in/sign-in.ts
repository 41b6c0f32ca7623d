import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { type Act, type BeforeAct, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import type { PersonStatus } from '../../common/person.ts'
import { personOf } from '../people/people.ts'
import { askSecondFactor, SECOND_FACTOR_SECONDS } from './ask-second-factor.ts'
import { HeldAddresses } from './held-addresses.ts'
import type { Counter, LockOut, LockOutPolicy, Look } from './lock-out.ts'
import { openSession } from './open-session.ts'
import { expectRoom, isPassword, takeAsLong } from './password.ts'
import { deviceHashOf } from './places.ts'
import { secondFactorsOf } from './prove.ts'

interface Input {
  readonly username: string
  readonly password: string
}
type SignIn = Act<Input, typeof authEvents>

interface Prepared {
  readonly found: Found
  readonly counters: readonly Counter[]
  readonly holding: readonly Counter['what'][]
  readonly look: Look
  readonly matches: boolean
}

/**
 * Name and password. Whether anybody is called so is told neither by words nor by time: both ways ask the same of the
 * database, compare one password, count one failure and write one entry.
 */
export function signIn({ db }: { db: Kysely<Database> }, lockOut: LockOut) {
  const heldAddresses = new HeldAddresses()
  return inTwoSteps<Input, typeof authEvents, Prepared, Awaited<ReturnType<typeof letIn>>>(
    async ({ input, request, session, now }: BeforeAct<Input>) => {
      const device = deviceHashOf(session)
      const { address } = request
      const heldSeconds = device ? 0 : heldAddresses.secondsOf(address, now)
      if (heldSeconds > 0) {
        await takeAsLong()
        throw identityFaults['auth.too_many_attempts'](heldSeconds)
      }
      const found = await findWho(db, input.username, address, device, now)
      const asker = { address, isKnown: found.isKnownDevice || found.isKnownAddress }
      expectRoom(asker)
      const counters = lockOut.countersOf(
        input.username,
        request.address,
        found.isKnownDevice ? device : undefined,
      )
      const holding: Counter['what'][] = found.isKnownDevice
        ? ['device']
        : found.isKnownAddress
          ? ['pair']
          : ['name', 'address']
      const look = await lockOut.look(db, counters, holding, found.policy, now)
      if (look.heldSeconds > 0) {
        if (look.addressSeconds > 0 && !found.isAnyonesAddress)
          heldAddresses.keep(address, look.addressSeconds, now)
        await takeAsLong()
        throw identityFaults['auth.too_many_attempts'](look.shownSeconds)
      }
      const matches = await isPassword(input.password, found.passwordHash, asker)
      return { found, counters, holding, look, matches }
    },
    (act, prepared) => letIn(act, prepared, lockOut),
  )
}

async function letIn(act: SignIn, prepared: Prepared, lockOut: LockOut) {
  const { tx, now } = act
  const { found, counters, holding, matches } = prepared
  // Read again: while the password was compared, it may have been replaced, the person suspended, others have failed.
  const person =
    matches && !found.isPasswordRefused
      ? await tx
          .selectFrom('person')
          .selectAll()
          .where('id', '=', found.id)
          .where('password_hash', '=', found.passwordHash)
          .where('status', '=', 'active')
          .executeTakeFirst()
      : undefined
  if (!person) return refuseSignIn(act, prepared, lockOut)
  const look = await lockOut.look(tx, counters, holding, found.policy, now)
  if (look.heldSeconds > 0) throw identityFaults['auth.too_many_attempts'](look.shownSeconds)
  if (look.isCounted) await lockOut.succeeded(tx, counters, found.policy)

  const { next, methods } = await secondFactorsOf(tx, person.id)
  if (next === undefined) {
    await openSession(act, person, 'password')
    return {
      person: personOf({ ...person, last_sign_in_at: now }),
      mustChangePassword: person.must_change_password,
    }
  }
  await askSecondFactor(act, person, 'password', methods)
  return { next, methods, expiresInSeconds: SECOND_FACTOR_SECONDS }
}

function refuseSignIn(act: SignIn, prepared: Prepared, lockOut: LockOut): never {
  const { found, holding, look } = prepared
  // While others have to wait, a failure that only a known place could make must not make them wait longer: it would tell.
  const counters = prepared.counters.filter(({ what }) => look.shownSeconds === 0 || holding.includes(what))
  const known = found.id !== null && { id: found.id, name: found.name!, kind: 'person' as const }
  const about = known && { actor: known, subject: { kind: 'person', id: known.id, name: known.name } }
  const username = known ? act.input.username : null
  const why = !known
    ? 'unknown person'
    : found.status !== 'active'
      ? 'not an active person'
      : found.isPasswordRefused
        ? 'single sign-on only'
        : found.passwordHash === null
          ? 'no password yet'
          : 'wrong password'
  const fault =
    look.shownSeconds > 0
      ? identityFaults['auth.too_many_attempts'](look.shownSeconds)
      : identityFaults['auth.wrong_credentials']()
  return act.refuse(fault, async (tx, keep) => {
    const waits = await lockOut.failed(tx, counters, found.policy, act.now)
    await keep('auth.sign-in-failed', { ...about, data: { username, why } })
    const whose = (['name', 'address'] as const).filter((what) => waits.some((wait) => wait.what === what))
    if (whose.length > 0 && look.shownSeconds === 0)
      await keep('auth.locked-out', {
        ...about,
        data: {
          username,
          whose: whose.length === 2 ? 'name and address' : whose[0]!,
          seconds: Math.max(...waits.map(({ waitSeconds }) => waitSeconds)),
        },
      })
  })
}

interface Found {
  readonly id: string | null
  readonly name: string | null
  readonly status: PersonStatus | null
  readonly passwordHash: string | null
  /** Only administrators may sign in with one; others hear what somebody with a wrong one hears. */
  readonly isPasswordRefused: boolean
  readonly policy: LockOutPolicy
  readonly isKnownDevice: boolean
  readonly isKnownAddress: boolean
  /** Whoever is called so: somebody is known there. */
  readonly isAnyonesAddress: boolean
}

/** In one statement, whether there is somebody or not. A place not used for 90 days is no longer known. */
async function findWho(
  db: Kysely<Database>,
  username: string,
  address: string,
  device: Buffer | undefined,
  now: Date,
): Promise<Found> {
  const { rows } = await sql<{
    id: string | null
    name: string | null
    status: PersonStatus | null
    password_hash: string | null
    is_password_refused: boolean
    lock_out_failures: number
    lock_out_seconds_max: number
    is_known_device: boolean
    is_known_address: boolean
    is_anyones_address: boolean
  }>`
    select p.id, p.name, p.status, p.password_hash,
      coalesce(o.enabled and o.password_for = 'admins' and p.role <> 'admin', false) as is_password_refused,
      w.lock_out_failures, w.lock_out_seconds_max, coalesce(k.is_known_device, false) as is_known_device, coalesce(k.is_known_address, false) as is_known_address,
      exists (select from known_place where address = ${address} and last_seen_at > ${now}::timestamptz - interval '90 days') as is_anyones_address
    from workspace w cross join single_sign_on o
    left join person p on p.username = ${username} and p.status <> 'removed'
    left join lateral (
      select bool_or(device_hash = ${device ?? null}) as is_known_device, bool_or(address = ${address}) as is_known_address
      from known_place where person_id = p.id and last_seen_at > ${now}::timestamptz - interval '90 days') k on true`.execute(
    db,
  )
  const row = rows[0]!
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    passwordHash: row.password_hash,
    isPasswordRefused: row.is_password_refused,
    policy: { failuresMax: row.lock_out_failures, secondsMax: row.lock_out_seconds_max },
    isKnownDevice: row.is_known_device,
    isKnownAddress: row.is_known_address,
    isAnyonesAddress: row.is_anyones_address,
  }
}
