import { baseFaults } from '../../../../base/common/fault.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { factorsEvents } from '../../common/factors-events.ts'
import { identityFaults } from '../../common/faults.ts'
import { endSessions } from './sessions.ts'

/** For whoever has lost both their factor and their recovery codes. Their sessions end: one may be the finder's. */
export async function removeFactors(act: Act<{ id: string }, typeof factorsEvents>) {
  const { tx, read, actor, input, record, announce } = act
  const person = await read
    .selectFrom('person')
    .select(['id', 'name', 'username'])
    .where('id', '=', input.id)
    .executeTakeFirst()
  if (!person) throw baseFaults['request.not_found']('person')
  const removed = async (table: 'totp' | 'passkey' | 'recovery_code') =>
    Number((await tx.deleteFrom(table).where('person_id', '=', person.id).executeTakeFirst()).numDeletedRows)
  const totp = (await removed('totp')) > 0
  const passkeys = await removed('passkey')
  const recoveryCodes = await removed('recovery_code')
  if (!totp && passkeys === 0) throw identityFaults['person.no_factors'](person.name)
  const sessionsEnded = await endSessions(tx, person.id, actor.sessionId)
  await record('person.factors-removed', {
    subject: { kind: 'person', id: person.id, name: person.name },
    data: { username: person.username, totp, passkeys, recoveryCodes, sessionsEnded },
  })
  announce('actor', person.id)
  return { sessionsEnded }
}
