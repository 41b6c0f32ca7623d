import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { type Act, type BeforeAct, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import type { PersonStatus } from '../../common/person.ts'
import { personOf } from '../people/people.ts'
import { askSecondFactor, SECOND_FACTOR_SECONDS } from './ask-second-factor.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import { HeldAddresses } from './held-addresses.ts'
import { type Counter, type LockOut, type LockOutPolicy, type Look, networkOf } from './lock-out.ts'
import { openSession } from './open-session.ts'
import { busy, hasRoom, isPassword } from './password.ts'
import { deviceHashOf, namesKnownAt } from './places.ts'
import { secondFactorsOf } from './prove.ts'
import { RefusalPace } from './refusal-pace.ts'

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
  /** A stranger would have been turned away. */
  readonly isBusy: boolean
  readonly compared: () => void
}

/**
 * Name and password. Whether anybody is called so is told neither by words nor by time: both ways ask the same of the
 * database, compare one password, count one failure and write one entry; and whatever is refused is answered after the
 * same time.
 */
export function signIn({ db }: { db: Kysely<Database> }, lockOut: LockOut, failed: FailedSignIns) {
  const heldAddresses = new HeldAddresses()
  const pace = new RefusalPace()
  return inTwoSteps<Input, typeof authEvents, Prepared, Awaited<ReturnType<typeof letIn>>>(
    async ({ input, request, session, now }: BeforeAct<Input>) => {
      const compared = pace.begin(request)
      const device = deviceHashOf(session)
      const { address } = request
      const { username } = input
      const heldSeconds = device ? 0 : heldAddresses.secondsOf(address, username, now)
      if (heldSeconds > 0) throw identityFaults['auth.too_many_attempts'](heldSeconds)
      await failed.flush(now)
      const found = await findWho(db, username, address, device, now)
      const asker = {
        address: networkOf(address),
        username,
        isKnown: found.isKnownDevice || found.isKnownAddress,
      }
      const isBusy = !hasRoom({ ...asker, isKnown: false })
      if (isBusy && !asker.isKnown) throw busy()
      const counters = lockOut.countersOf(username, address, found.isKnownDevice ? device : undefined)
      const holding: Counter['what'][] = found.isKnownDevice
        ? ['device']
        : found.isKnownAddress
          ? ['pair']
          : ['name', 'address']
      const look = await lockOut.look(db, counters, holding, found.policy, now)
      if (look.heldSeconds > 0) {
        if (look.addressSeconds > 0 && !heldAddresses.isKept(address))
          heldAddresses.keep(address, look.addressSeconds, await namesKnownAt(db, address, now), now)
        throw identityFaults['auth.too_many_attempts'](look.shownSeconds)
      }
      const matches = await isPassword(input.password, found.passwordHash, asker)
      return { found, counters, holding, look, matches, isBusy, compared }
    },
    (act, prepared) => letIn(act, prepared, lockOut, failed),
  )
}

async function letIn(act: SignIn, prepared: Prepared, lockOut: LockOut, failed: FailedSignIns) {
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
  if (!person) return refuseSignIn(act, prepared, lockOut, failed)
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

function refuseSignIn(act: SignIn, prepared: Prepared, lockOut: LockOut, failed: FailedSignIns): never {
  const { found, holding, look, isBusy, compared } = prepared
  const { now } = act
  // While others have to wait, a failure that only a known place could make must not make them wait longer: it would tell.
  const counters = prepared.counters.filter(({ what }) => look.shownSeconds === 0 || holding.includes(what))
  const known = found.id !== null && { id: found.id, name: found.name!, kind: 'person' as const }
  const about = known && { actor: known, subject: { kind: 'person', id: known.id, name: known.name } }
  const username = known ? act.input.username : null
  const isEntry = failed.isEntry({ address: act.request.address, username: username ?? undefined, now })
  const fault =
    look.shownSeconds > 0
      ? identityFaults['auth.too_many_attempts'](look.shownSeconds)
      : // Only whoever is known there got as far: they are told what everybody is told.
        isBusy && !found.isKnownDevice
        ? busy()
        : identityFaults['auth.wrong_credentials']()
  const keepAll = async (tx: Kysely<Database>, keep: SignIn['record']) => {
    const waits = await lockOut.failed(tx, counters, found.policy, now)
    if (isEntry) await keep('auth.sign-in-failed', { ...about, data: { username, why: whyOf(found) } })
    const whose = (['name', 'address'] as const).filter((what) => waits.some((wait) => wait.what === what))
    if (whose.length > 0 && look.shownSeconds === 0 && failed.isLockOutEntry(now))
      await keep('auth.locked-out', {
        ...about,
        data: {
          username,
          whose: whose.length === 2 ? 'name and address' : whose[0]!,
          seconds: Math.max(...waits.map(({ waitSeconds }) => waitSeconds)),
        },
      })
    compared()
  }
  return act.refuse(fault, keepAll, !isEntry)
}

const whyOf = (found: Found) =>
  found.id === null
    ? 'unknown person'
    : found.status !== 'active'
      ? 'not an active person'
      : found.isPasswordRefused
        ? 'single sign-on only'
        : found.passwordHash === null
          ? 'no password yet'
          : 'wrong password'

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
  }>`
    select p.id, p.name, p.status, p.password_hash,
      coalesce(o.enabled and o.password_for = 'admins' and p.role <> 'admin', false) as is_password_refused,
      w.lock_out_failures, w.lock_out_seconds_max, coalesce(k.is_known_device, false) as is_known_device, coalesce(k.is_known_address, false) as is_known_address
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
  }
}
