import type { Kysely } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { SecretBox } from '../../../../base/server/secret-box.ts'
import { newRecoveryCode } from './password.ts'

const CODES = 10

/** 79 random bits under a key that lies outside the database: nobody tries them from a copy of it. */
const markOf = (secrets: SecretBox, personId: string, code: string) =>
  secrets.mark(code.replaceAll('-', ''), `recovery-code ${personId}`)

/** Makes ten; the ones before end. @returns them, to be shown once, and how many unused ones ended */
export async function renewRecoveryCodes(
  tx: Kysely<Database>,
  secrets: SecretBox,
  personId: string,
  now: Date,
) {
  const codes = Array.from({ length: CODES }, newRecoveryCode)
  const before = await tx
    .deleteFrom('recovery_code')
    .where('person_id', '=', personId)
    .returning('used_at')
    .execute()
  await tx
    .insertInto('recovery_code')
    .values(
      codes.map((code) => ({
        ...{ id: newId(now.getTime()), person_id: personId, made_at: now, used_at: null },
        code_mark: markOf(secrets, personId, code),
      })),
    )
    .execute()
  return { codes, unusedBefore: before.filter(({ used_at }) => used_at === null).length }
}

export const hasRecoveryCodes = async (tx: Kysely<Database>, personId: string) =>
  (await tx
    .selectFrom('recovery_code')
    .select('id')
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .limit(1)
    .executeTakeFirst()) !== undefined

/** Uses one up. @returns how many are left; undefined when it is not one, or was used */
export async function useRecoveryCode(
  tx: Kysely<Database>,
  secrets: SecretBox,
  personId: string,
  code: string,
  now: Date,
): Promise<number | undefined> {
  const used = await tx
    .updateTable('recovery_code')
    .set({ used_at: now })
    .where('person_id', '=', personId)
    .where('code_mark', '=', markOf(secrets, personId, code))
    .where('used_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!used) return undefined
  const { left } = await tx
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(left)
}
