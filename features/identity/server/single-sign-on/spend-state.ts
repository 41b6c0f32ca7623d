import type { Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { ATTEMPT_SECONDS, stateHash } from './attempt.ts'

/** Marks a state as used, for as long as its attempt could come back. @returns whether it was not yet */
export async function spendState(tx: Transaction<Database>, state: string, now: Date): Promise<boolean> {
  const over = new Date(now.getTime() - 2 * ATTEMPT_SECONDS * 1000)
  await tx.deleteFrom('single_sign_on_state').where('used_at', '<', over).execute()
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('single_sign_on_state')
    .values({ state_hash: stateHash(state), used_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}
