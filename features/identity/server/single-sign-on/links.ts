import { baseFaults } from '../../../../base/common/fault.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { singleSignOnEvents } from '../../common/single-sign-on-events.ts'
import { endSessions } from '../sign-in/sessions.ts'

const cursorShape = /^([0-9a-f-]{36}) (.{1,500})$/

/** By person, in the order they came. */
export async function listLinks(read: Reader, ask: { cursor?: string | undefined; limit: number }) {
  const after = ask.cursor === undefined ? undefined : cursorShape.exec(ask.cursor)
  if (after === null) throw baseFaults['request.invalid']('cursor: it is not one of this list')
  const rows = await read
    .selectFrom('person_identity')
    .innerJoin('person', 'person.id', 'person_identity.person_id')
    .select(['person_id', 'username', 'name', 'issuer', 'subject', 'linked_at'])
    .$if(after !== undefined, (query) =>
      query.where((eb) => eb(eb.refTuple('person_id', 'issuer'), '>', eb.tuple(after![1]!, after![2]!))),
    )
    .orderBy('person_id')
    .orderBy('issuer')
    .limit(ask.limit + 1)
    .execute()
  const shown = rows.slice(0, ask.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ person_id, linked_at, ...row }) => ({
      ...row,
      personId: person_id,
      linkedAt: linked_at.toISOString(),
    })),
    next: rows.length > ask.limit ? `${last!.person_id} ${last!.issuer}` : null,
  }
}

/** @throws request.not_found */
export async function unlink({
  tx,
  input,
  record,
  announce,
}: Act<{ personId: string }, typeof singleSignOnEvents>) {
  const gone = await tx
    .deleteFrom('person_identity')
    .where('person_id', '=', input.personId)
    .returning('issuer')
    .execute()
  const person = await tx
    .selectFrom('person')
    .select(['id', 'name', 'username'])
    .where('id', '=', input.personId)
    .executeTakeFirst()
  if (gone.length === 0 || person === undefined) throw baseFaults['request.not_found']('link')
  const sessionsEnded = await endSessions(tx, person.id)
  for (const { issuer } of gone)
    await record('single-sign-on.unlinked', {
      subject: { kind: 'person', id: person.id, name: person.name },
      data: { username: person.username, issuer, sessionsEnded },
    })
  announce('actor', person.id)
  return {}
}
