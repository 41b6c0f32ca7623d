import type { Kysely } from 'kysely'
import { generateSecret, generateURI, verifySync } from 'otplib'
import type { Database } from '../../../../base/server/database.ts'
import type { SecretBox } from '../../../../base/server/secret-box.ts'

/** RFC 6238 as every app has it: SHA-1, six digits, 30 s; one step of a clock that is off either way. */
const STEP_SECONDS = 30
const PENDING_SECONDS = 900

const context = (personId: string) => `totp ${personId}`

export type CodeCheck = 'right' | 'wrong' | 'used before'

/** @param lastStep codes of this time step and of earlier ones count no more */
export function checkCode(
  seed: string,
  code: string,
  lastStep: number,
  now: Date,
): { check: CodeCheck; step: number } {
  const epoch = Math.floor(now.getTime() / 1000)
  const found = verifySync({ secret: seed, token: code, epoch, epochTolerance: STEP_SECONDS })
  if (!found.valid || !('timeStep' in found)) return { check: 'wrong', step: lastStep }
  const { timeStep } = found
  return timeStep > lastStep ? { check: 'right', step: timeStep } : { check: 'used before', step: lastStep }
}

/** Makes a seed that waits to be confirmed; the one in use stays until then. */
export async function startTotp(
  tx: Kysely<Database>,
  secrets: SecretBox,
  person: { id: string; username: string },
  workspace: string,
  now: Date,
) {
  const secret = generateSecret()
  const pending = { pending_seed: secrets.seal(secret, context(person.id)), pending_at: now }
  await tx
    .insertInto('totp')
    .values({ person_id: person.id, seed: null, confirmed_at: null, last_used_at: null, ...pending })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(pending))
    .execute()
  const issuer = workspace === 'Annals' ? 'Annals' : `Annals ${workspace}`
  return { secret, address: generateURI({ issuer, label: person.username, secret }) }
}

/** @returns undefined when nothing waits; else whether the code is right, and whether it took the place of another */
export async function confirmTotp(
  tx: Kysely<Database>,
  secrets: SecretBox,
  personId: string,
  code: string,
  now: Date,
): Promise<{ check: CodeCheck; replaced: boolean } | undefined> {
  const row = await lockedTotp(tx, personId)
  if (!row?.pending_seed || !row.pending_at) return undefined
  if (now.getTime() - row.pending_at.getTime() > PENDING_SECONDS * 1000) return undefined
  const { check, step } = checkCode(secrets.open(row.pending_seed, context(personId)), code, 0, now)
  const replaced = row.confirmed_at !== null
  if (check === 'right')
    await tx
      .updateTable('totp')
      .set({
        ...{ seed: row.pending_seed, confirmed_at: now, last_used_at: now, last_step: step },
        ...{ pending_seed: null, pending_at: null },
      })
      .where('person_id', '=', personId)
      .execute()
  return { check, replaced }
}

/** Checks a code and, when it is right, sees to it that it counts once. @returns undefined without an app */
export async function useCode(
  tx: Kysely<Database>,
  secrets: SecretBox,
  personId: string,
  code: string,
  now: Date,
): Promise<CodeCheck | undefined> {
  const row = await lockedTotp(tx, personId)
  if (!row?.seed || !row.confirmed_at) return undefined
  const { check, step } = checkCode(secrets.open(row.seed, context(personId)), code, row.last_step, now)
  if (check === 'right')
    await tx
      .updateTable('totp')
      .set({ last_step: step, last_used_at: now })
      .where('person_id', '=', personId)
      .execute()
  return check
}

const lockedTotp = (tx: Kysely<Database>, personId: string) =>
  tx.selectFrom('totp').selectAll().where('person_id', '=', personId).forUpdate().executeTakeFirst()
