import type { z } from 'zod'
import { newId } from '../../../../base/common/id.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import { identityFaults } from '../../common/faults.ts'
import type { linksEvents } from '../../common/links-events.ts'
import type { peopleApi } from '../../common/people-api.ts'
import type { peopleEvents } from '../../common/people-events.ts'
import { handOutLink, type LinkParts } from './hand-out-link.ts'
import { expectFreeUsername } from './hold-person.ts'

type Input = z.output<(typeof peopleApi)['person.invite']['in']>
type Invite = Act<Input, typeof peopleEvents & typeof linksEvents>

export const invite = (parts: LinkParts) => async (act: Invite) => {
  const { tx, input, now, record, announce } = act
  await expectFreeUsername(tx, input.username)
  const groups = await groupsOf(act)
  const person = {
    id: newId(now.getTime()),
    username: input.username,
    name: input.name,
    role: input.role,
    account: input.account ?? null,
    email: input.email ?? null,
  }
  await tx
    .insertInto('person')
    .values({ ...person, status: 'invited', password_hash: null, created_at: now, last_sign_in_at: null })
    .execute()
  if (groups.length > 0)
    await tx
      .insertInto('team_member')
      .values(groups.map(({ id }) => ({ team_id: id, person_id: person.id, role: 'member' as const })))
      .execute()
  const { answer } = await handOutLink(parts, act, person.id, 'invitation')
  const { id: _, ...told } = person
  await record('person.invited', {
    subject: { kind: 'person', id: person.id, name: person.name },
    data: { ...told, groups: groups.map(({ name }) => name), expiresAt: answer.expiresAt },
  })
  // Whoever shares a group with somebody new sees one person more.
  if (groups.length > 0) announce('actor')
  return answer
}

async function groupsOf({ tx, input }: Pick<Invite, 'tx' | 'input'>) {
  const ids = [...new Set(input.groupIds)]
  if (ids.length === 0) return []
  const groups = await tx.selectFrom('team').select(['id', 'name']).where('id', 'in', ids).execute()
  const missing = ids.find((id) => !groups.some((group) => group.id === id))
  if (missing !== undefined) throw identityFaults['person.unknown_group'](missing)
  return groups
}
