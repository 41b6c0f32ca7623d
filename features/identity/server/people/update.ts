import type { z } from 'zod'
import type { Act } from '../../../../base/server/endpoint.ts'
import { changedFields } from '../../common/changed.ts'
import type { peopleApi } from '../../common/people-api.ts'
import type { peopleEvents } from '../../common/people-events.ts'
import { expectFreeUsername, expectStatus, holdPerson } from './hold-person.ts'
import { personDetail } from './people.ts'

type Update = Act<z.output<(typeof peopleApi)['person.update']['in']>, typeof peopleEvents>
type UpdateProfile = Act<z.output<(typeof peopleApi)['person.update-profile']['in']>, typeof peopleEvents>

/** What was given of an object, without what was not. */
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

/** By an administrator. What differs is recorded; a change to what is there already is recorded as none. */
export async function update(act: Update) {
  const { tx, read, input, record, announce } = act
  const { person } = await holdPerson(tx, input.id)
  expectStatus(person, ['invited', 'active', 'suspended'], 'changed')
  const { id: _, ...wanted } = input
  if (wanted.username !== undefined && wanted.username !== person.username)
    await expectFreeUsername(tx, wanted.username, person.id)
  const fields = given(wanted)
  if (Object.keys(fields).length > 0)
    await tx
      .updateTable('person')
      .set({ ...fields, ...(fields.email !== undefined && { is_email_own: false }) })
      .where('id', '=', person.id)
      .execute()
  await record('person.updated', {
    subject: { kind: 'person', id: person.id, name: wanted.name ?? person.name },
    data: { username: wanted.username ?? person.username, changed: changedFields(person, fields) },
  })
  announce('actor', person.id)
  return personDetail(read, person.id, act)
}

/** One's own. */
export async function updateProfile(act: UpdateProfile) {
  const { tx, read, actor, input, record, announce } = act
  const { person } = await holdPerson(tx, actor.id)
  const { preferences: preferred = {}, ...wanted } = input
  const fields = given(wanted)
  const preferences = { ...person.preferences, ...given(preferred) }
  await tx
    .updateTable('person')
    .set({
      ...fields,
      // Nobody has checked it: single sign-on finds nobody by it.
      ...(fields.email !== undefined && fields.email !== person.email && { is_email_own: true }),
      preferences: JSON.stringify(preferences),
    })
    .where('id', '=', person.id)
    .execute()
  await record('person.profile-updated', {
    subject: { kind: 'person', id: person.id, name: wanted.name ?? person.name },
    data: {
      changed: { ...changedFields(person, fields), ...changedFields(person.preferences, given(preferred)) },
    },
  })
  announce('actor', person.id)
  return personDetail(read, person.id, act)
}
