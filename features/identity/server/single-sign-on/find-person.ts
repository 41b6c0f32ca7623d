import type { Selectable, Transaction } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { SingleSignOn } from '../../common/single-sign-on.ts'
import type { SingleSignOnFailure } from '../../common/single-sign-on-events.ts'
import { holdPerson } from '../people/hold-person.ts'
import type { Identity } from './claims.ts'

export interface Found {
  readonly person: Selectable<Database['person']>
  readonly isLastAdmin: boolean
  /** How they came to be known by this identity; undefined: they were already. */
  readonly isNew?: 'first sign-in' | 'verified e-mail'
}

export interface NotFound {
  readonly why: SingleSignOnFailure
  /** Whom it is about, where that is certain. */
  readonly person?: { readonly id: string; readonly name: string }
}

/**
 * The person an identity belongs to.
 *
 * Issuer and subject decide alone once they are linked. An identity that is not yet linked to anybody finds a person by an
 * e-mail address only if the administrator allows that, the provider verified it, an administrator (not the person) wrote it
 * here, exactly one person has it and nobody at this
 * provider was linked to that person before: an address that changed hands there must not open an account here. A username
 * never links, since anybody may be called anything at the provider.
 */
export async function findPerson(
  tx: Transaction<Database>,
  identity: Identity,
  settings: SingleSignOn,
  now: Date,
): Promise<Found | NotFound> {
  const known = await tx
    .selectFrom('person_identity')
    .select('person_id')
    .where('issuer', '=', identity.issuer)
    .where('subject', '=', identity.subject)
    .executeTakeFirst()
  if (known) return entrance(await holdPerson(tx, known.person_id))
  const byEmail = settings.linksByEmail ? await findByEmail(tx, identity) : undefined
  if (byEmail && 'why' in byEmail) return byEmail
  if (byEmail) {
    const found = entrance(await holdPerson(tx, byEmail.id))
    if ('why' in found) return found
    return { ...found, isNew: 'verified e-mail' }
  }
  return settings.createsPeople ? makePerson(tx, identity, settings, now) : { why: 'unknown person' }
}

/** An invitation is taken up by signing in: the address it went to is the one the provider verified, or the link was made by hand. */
function entrance({ person, isLastAdmin }: Found): Found | NotFound {
  return person.status === 'suspended' || person.status === 'removed'
    ? { why: person.status, person }
    : { person, isLastAdmin }
}

async function findByEmail(
  tx: Transaction<Database>,
  { email, issuer }: Identity,
): Promise<{ readonly id: string } | NotFound | undefined> {
  if (email === undefined) return undefined
  const people = await tx
    .selectFrom('person')
    .select(['id', 'name'])
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', email))
    .where('status', '<>', 'removed')
    .where('is_email_own', '=', false)
    .limit(2)
    .execute()
  const [person, another] = people
  if (person === undefined) return undefined
  if (another) return { why: 'e-mail belongs to several people' }
  const other = await tx
    .selectFrom('person_identity')
    .select('subject')
    .where('person_id', '=', person.id)
    .where('issuer', '=', issuer)
    .executeTakeFirst()
  return other ? { why: 'linked to another identity', person } : { id: person.id }
}

async function makePerson(
  tx: Transaction<Database>,
  { username, name, email }: Identity,
  settings: SingleSignOn,
  now: Date,
): Promise<Found | NotFound> {
  if (username === undefined) return { why: 'no username' }
  const taken = await tx
    .selectFrom('person')
    .select('id')
    .where('username', '=', username)
    .where('status', '<>', 'removed')
    .executeTakeFirst()
  if (taken) return { why: 'username taken' }
  const person = await tx
    .insertInto('person')
    .values({
      id: newId(now.getTime()),
      username,
      name: name ?? username,
      // The claim decides right after this, in the same transaction.
      role: settings.defaultRole ?? 'member',
      account: null,
      password_hash: null,
      created_at: now,
      last_sign_in_at: null,
      email: email ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { person, isLastAdmin: false, isNew: 'first sign-in' }
}
