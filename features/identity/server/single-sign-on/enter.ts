import type { Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import { authEvents } from '../../common/auth-events.ts'
import { groupsEvents } from '../../common/groups-events.ts'
import { peopleEvents } from '../../common/people-events.ts'
import type { SecondFactor } from '../../common/sign-in.ts'
import type { SingleSignOn } from '../../common/single-sign-on.ts'
import { singleSignOnEvents } from '../../common/single-sign-on-events.ts'
import { endLinks } from '../people/links.ts'
import { askSecondFactor } from '../sign-in/ask-second-factor.ts'
import { openSession } from '../sign-in/open-session.ts'
import { secondFactorsOf } from '../sign-in/prove.ts'
import type { Identity } from './claims.ts'
import { type Found, findPerson, type NotFound } from './find-person.ts'
import { byProvider, roleOf, setGroups } from './synchronize.ts'

/** What a sign-in at the provider may leave in the record. */
export const entranceEvents = {
  ...singleSignOnEvents,
  'auth.signed-in': authEvents['auth.signed-in'],
  'auth.new-place': authEvents['auth.new-place'],
  'auth.second-factor-asked': authEvents['auth.second-factor-asked'],
  'person.created': peopleEvents['person.created'],
  'person.role-set': peopleEvents['person.role-set'],
  'person.updated': peopleEvents['person.updated'],
  'group.members-set': groupsEvents['group.members-set'],
}
export type EntranceEvents = typeof entranceEvents
type Entering = Act<unknown, EntranceEvents>

/**
 * Makes of an identity a person who is signed in, all in the caller's transaction.
 * @returns the second factors that are due first, any of which would do
 */
export async function enter(
  act: Entering,
  identity: Identity,
  settings: SingleSignOn,
  previousSessionId: string | undefined,
): Promise<{ readonly due: readonly SecondFactor[] } | NotFound> {
  const { tx, now, announce } = act
  const role = roleOf(identity, settings)
  // Before anybody is made or linked.
  if (role === undefined) return { why: 'no role' }
  const found = await findPerson(tx, identity, settings, now)
  if ('why' in found) return found
  const isMade = found.isNew === 'first sign-in'
  const person = isMade ? { ...found.person, role: role ?? found.person.role } : found.person
  if (isMade) await tx.updateTable('person').set({ role: person.role }).where('id', '=', person.id).execute()
  if (found.isNew) await link(act, { ...found, person, isNew: found.isNew }, identity)
  if (isMade || settings.synchronizes) {
    const isRoleNew = !isMade && role !== null && (await setRole(act, found, role))
    const areGroupsNew = await recordGroups(act, person, identity, settings)
    if (isRoleNew || areGroupsNew) announce('actor', person.id)
  }
  if (previousSessionId !== undefined) await endPrevious(tx, previousSessionId)
  const isFactorTrusted = settings.trustsSecondFactor && identity.usedSecondFactor
  const { methods } = await secondFactorsOf(tx, person.id)
  if (methods.length > 0 && !isFactorTrusted) {
    await askSecondFactor(act, person, 'single-sign-on', methods)
    return { due: methods }
  }
  // A provider that knew them already has not made sure anew: that counts as a proof from when it last did.
  const provenAt = identity.provenAt === undefined || identity.provenAt < now ? identity.provenAt : now
  await openSession(act, person, 'single-sign-on', { isFactorTrusted, provenAt: provenAt ?? null })
  return { due: [] }
}

/** Whoever signs in here again replaces the session they had; its cookie does not come along from another site. */
const endPrevious = (tx: Transaction<Database>, id: string) =>
  tx.deleteFrom('session').where('id', '=', id).execute()

async function link(
  { tx, now, record }: Entering,
  { person, isNew }: Found & { readonly isNew: NonNullable<Found['isNew']> },
  { issuer, subject }: Identity,
) {
  const about = { actor: byProvider, subject: { kind: 'person', id: person.id, name: person.name } }
  await tx
    .insertInto('person_identity')
    .values({ issuer, subject, person_id: person.id, linked_at: now })
    .execute()
  if (isNew === 'first sign-in')
    await record('person.created', {
      ...about,
      data: { username: person.username, name: person.name, role: person.role, account: null },
    })
  await record('single-sign-on.linked', { ...about, data: { username: person.username, issuer, by: isNew } })
  if (person.status !== 'invited') return
  await tx.updateTable('person').set({ status: 'active' }).where('id', '=', person.id).execute()
  await endLinks(tx, person.id, now)
  await record('person.updated', {
    ...about,
    data: { username: person.username, changed: { status: { before: 'invited', after: 'active' } } },
  })
}

async function setRole(
  { tx, record }: Entering,
  { person, isLastAdmin }: Found,
  role: Found['person']['role'],
): Promise<boolean> {
  if (person.role === role) return false
  const about = { actor: byProvider, subject: { kind: 'person', id: person.id, name: person.name } }
  const { username } = person
  // Nobody could set it right again.
  if (isLastAdmin) {
    await record('single-sign-on.role-kept', { ...about, data: { username, kept: person.role, said: role } })
    return false
  }
  await tx.updateTable('person').set({ role }).where('id', '=', person.id).execute()
  await record('person.role-set', { ...about, data: { username, before: person.role, after: role } })
  return true
}

async function recordGroups(
  { tx, record }: Entering,
  person: Found['person'],
  identity: Identity,
  settings: SingleSignOn,
): Promise<boolean> {
  const changes = await setGroups(tx, person, identity, settings)
  const { username } = person
  for (const { group, isAdded, members } of changes)
    await record('group.members-set', {
      actor: byProvider,
      subject: { kind: 'group', id: group.id, name: group.name },
      data: {
        name: group.name,
        added: isAdded ? [{ username, role: 'member' }] : [],
        removed: isAdded ? [] : [{ username }],
        addedCount: isAdded ? 1 : 0,
        removedCount: isAdded ? 0 : 1,
        members,
      },
    })
  return changes.length > 0
}
