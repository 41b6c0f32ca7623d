import type { Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import { identityFaults } from '../../common/faults.ts'
import type { peopleEvents } from '../../common/people-events.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { expectStatus, holdPerson } from './hold-person.ts'
import { endLinks } from './links.ts'
import { personDetail } from './people.ts'

type OnOne = Act<{ readonly id: string }, typeof peopleEvents>

const NAMED_MAX = 200

/** What a person has open ends with the commit: sessions and links here, live pages and running downloads as they hear of it. */
async function endAccess(tx: Transaction<Database>, personId: string, now: Date): Promise<number> {
  await endLinks(tx, personId, now)
  return endSessions(tx, personId)
}

const FACTORS = ['totp', 'passkey', 'recovery_code'] as const

/** What could let them in again, or says where they were: of somebody who is gone nothing of it is kept. */
async function forgetCredentials({ tx, actor, now }: OnOne, personId: string) {
  let factorsRemoved = 0
  for (const table of FACTORS) {
    const removed = await tx.deleteFrom(table).where('person_id', '=', personId).executeTakeFirst()
    factorsRemoved += Number(removed.numDeletedRows)
  }
  await tx.deleteFrom('known_place').where('person_id', '=', personId).execute()
  const disabled = await tx
    .updateTable('token')
    .set({ disabled_at: now, disabled_by_id: actor.id, disabled_by_name: actor.name })
    .where('person_id', '=', personId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return { factorsRemoved, tokensDisabled: Number(disabled.numUpdatedRows) }
}

/** @throws person.not_oneself, person.last_admin */
async function holdForLeaving({ tx, input, actor }: OnOne, what: 'suspend' | 'remove') {
  const { person, isLastAdmin } = await holdPerson(tx, input.id)
  expectStatus(
    person,
    what === 'suspend' ? ['active'] : ['invited', 'active', 'suspended'],
    what === 'suspend' ? 'suspended' : 'removed',
  )
  if (person.id === actor.id) throw identityFaults['person.not_oneself'](what)
  if (isLastAdmin) throw identityFaults['person.last_admin']()
  return person
}

export async function suspend(act: OnOne) {
  const { tx, read, now, record, announce } = act
  const person = await holdForLeaving(act, 'suspend')
  await tx.updateTable('person').set({ status: 'suspended' }).where('id', '=', person.id).execute()
  const sessionsEnded = await endAccess(tx, person.id, now)
  await record('person.suspended', {
    subject: { kind: 'person', id: person.id, name: person.name },
    data: { username: person.username, sessionsEnded },
  })
  announce('actor', person.id)
  return personDetail(read, person.id, act)
}

export async function resume(act: OnOne) {
  const { tx, read, input, record, announce } = act
  const { person } = await holdPerson(tx, input.id)
  expectStatus(person, ['suspended'], 'resumed')
  await tx.updateTable('person').set({ status: 'active' }).where('id', '=', person.id).execute()
  await record('person.resumed', {
    subject: { kind: 'person', id: person.id, name: person.name },
    data: { username: person.username },
  })
  announce('actor', person.id)
  return personDetail(read, person.id, act)
}

/** The row stays, for whatever names it, without anything that could let anybody in or reach the person. */
export async function remove(act: OnOne) {
  const { tx, read, now, record, announce } = act
  const person = await holdForLeaving(act, 'remove')
  const groups = await tx
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .select('team.name')
    .where('person_id', '=', person.id)
    .orderBy('team.name')
    .execute()
  await tx.deleteFrom('team_member').where('person_id', '=', person.id).execute()
  await tx
    .updateTable('person')
    .set({ status: 'removed', removed_at: now, password_hash: null, email: null, preferences: '{}' })
    .where('id', '=', person.id)
    .execute()
  const sessionsEnded = await endAccess(tx, person.id, now)
  const forgotten = await forgetCredentials(act, person.id)
  await record('person.removed', {
    subject: { kind: 'person', id: person.id, name: person.name },
    data: {
      username: person.username,
      role: person.role,
      sessionsEnded,
      ...forgotten,
      groups: groups.slice(0, NAMED_MAX).map(({ name }) => name),
    },
  })
  announce('actor', person.id)
  return personDetail(read, person.id, act)
}
