import { baseFaults } from '../../../../base/common/fault.ts'
import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../../base/server/parts.ts'
import { identityFaults } from '../../common/faults.ts'
import { linksEvents } from '../../common/links-events.ts'
import { peopleApi } from '../../common/people-api.ts'
import { peopleEvents } from '../../common/people-events.ts'
import { create } from './create.ts'
import { handOutLink, type LinkParts } from './hand-out-link.ts'
import { expectStatus, holdPerson } from './hold-person.ts'
import { invite } from './invite.ts'
import { remove, resume, suspend } from './leave.ts'
import { stateOf } from './links.ts'
import { listPeople, personDetail, personOf } from './people.ts'
import { update, updateProfile } from './update.ts'

export function peopleRoutes(parts: LinkParts): FeatureParts {
  return serve(
    peopleApi,
    { ...peopleEvents, ...linksEvents },
    {
      'person.create': create,
      'person.invite': invite(parts),
      'person.list': async ({ read, input, actor }) => listPeople(read, input, actor),
      'person.read': async (ask) => personDetail(ask.read, ask.input.id, ask),
      'person.update': update,
      'person.update-profile': updateProfile,
      'person.suspend': suspend,
      'person.resume': resume,
      'person.remove': remove,

      'person.set-role': async ({ tx, input, record, announce }) => {
        const { person, isLastAdmin } = await holdPerson(tx, input.id)
        expectStatus(person, ['invited', 'active', 'suspended'], 'given a role')
        if (isLastAdmin && input.role !== 'admin') throw identityFaults['person.last_admin']()
        await tx.updateTable('person').set({ role: input.role }).where('id', '=', person.id).execute()
        await record('person.role-set', {
          subject: { kind: 'person', id: person.id, name: person.name },
          data: { username: person.username, before: person.role, after: input.role },
        })
        announce('actor', person.id)
        return personOf({ ...person, role: input.role })
      },

      'person.reset-link': async (act) => {
        const { person } = await holdPerson(act.tx, act.input.id)
        expectStatus(person, ['invited', 'active'], 'given a link')
        const purpose = person.status === 'invited' ? 'invitation' : 'password-reset'
        const { answer, made } = await handOutLink(parts, act, person.id, purpose)
        await act.record('person.link-made', {
          subject: { kind: 'person', id: person.id, name: person.name },
          data: {
            username: person.username,
            purpose,
            expiresAt: answer.expiresAt,
            linksEnded: made.ended,
          },
        })
        act.announce('person', person.id)
        return answer
      },

      'person.withdraw-link': async (act) => {
        const { tx, input, now, record, announce } = act
        const link = await tx
          .selectFrom('person_link')
          .select(['id', 'person_id', 'purpose'])
          .where('id', '=', input.id)
          .executeTakeFirst()
        if (link === undefined) throw baseFaults['request.not_found']('link')
        const { person } = await holdPerson(tx, link.person_id)
        const latest = await tx
          .selectFrom('person_link')
          .select(['used_at', 'withdrawn_at', 'expires_at'])
          .where('id', '=', link.id)
          .executeTakeFirstOrThrow()
        if (stateOf(latest, now) !== 'open') throw identityFaults['person.link_closed']()
        await tx.updateTable('person_link').set({ withdrawn_at: now }).where('id', '=', link.id).execute()
        await record('person.link-withdrawn', {
          subject: { kind: 'person', id: person.id, name: person.name },
          data: { username: person.username, purpose: link.purpose },
        })
        announce('person', person.id)
        return personDetail(act.read, person.id, act)
      },
    },
  )
}
