import type { Transaction } from 'kysely'
import { baseFaults } from '../../../../base/common/fault.ts'
import type { Database } from '../../../../base/server/database.ts'
import { identityFaults } from '../../common/faults.ts'
import type { PersonStatus } from '../../common/person.ts'

/**
 * A person nobody else changes until the transaction ends, and whether they are the last administrator who can sign in.
 *
 * There is always one: administrators are locked first and in one order, so of two acts that would each leave one of two
 * administrators the second waits, counts again, and is refused. Sign-ins are not held up: they lock no person.
 * @throws request.not_found
 */
export async function holdPerson(tx: Transaction<Database>, id: string) {
  const admins = await tx
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'admin')
    .where('status', '=', 'active')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  const person = await tx
    .selectFrom('person')
    .selectAll()
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (person === undefined) throw baseFaults['request.not_found']('person')
  return { person, isLastAdmin: admins.length === 1 && admins[0]!.id === id }
}

/** @throws person.wrong_status */
export function expectStatus(
  person: { readonly name: string; readonly status: PersonStatus },
  allowed: readonly PersonStatus[],
  what: string,
) {
  if (!allowed.includes(person.status))
    throw identityFaults['person.wrong_status'](person.name, person.status, what)
}

/** @throws person.username_taken */
export async function expectFreeUsername(tx: Transaction<Database>, username: string, exceptId?: string) {
  const taken = await tx
    .selectFrom('person')
    .select('id')
    .where('username', '=', username)
    .where('status', '<>', 'removed')
    .$if(exceptId !== undefined, (query) => query.where('id', '<>', exceptId!))
    .executeTakeFirst()
  if (taken) throw identityFaults['person.username_taken'](username)
}
