import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { SecretBox } from '../../../../base/server/secret-box.ts'
import type { PasskeyAnswer, SecondFactor } from '../../common/sign-in.ts'
import { siteOf, usePasskey } from './passkeys.ts'
import { hasRecoveryCodes, useRecoveryCode } from './recovery-codes.ts'
import { useCode } from './totp.ts'

/** Who proves, in which session, from which page. */
export interface Prover {
  readonly tx: Kysely<Database>
  readonly secrets: SecretBox
  readonly personId: string
  readonly sessionId: string
  readonly origin: string
  readonly now: Date
}

export interface Given {
  readonly code?: string | undefined
  readonly recoveryCode?: string | undefined
  readonly passkey?: PasskeyAnswer | undefined
}

export type Check = 'right' | 'wrong' | 'used before' | 'unknown passkey' | 'no such factor'

export interface Proven {
  readonly method: SecondFactor
  readonly check: Check
  readonly recoveryCodesLeft?: number
}

/** Checks one second factor and uses it up. @throws auth.no_challenge, auth.passkey_needs_name */
export async function prove(prover: Prover, { code, recoveryCode, passkey }: Given): Promise<Proven> {
  const { tx, secrets, personId, sessionId, origin, now } = prover
  if (code !== undefined) {
    const check = await useCode(tx, secrets, personId, code, now)
    return { method: 'totp', check: check ?? 'no such factor' }
  }
  if (recoveryCode !== undefined) {
    const left = await useRecoveryCode(tx, secrets, personId, recoveryCode, now)
    return left === undefined
      ? { method: 'recovery-code', check: 'wrong' }
      : { method: 'recovery-code', check: 'right', recoveryCodesLeft: left }
  }
  const check = await usePasskey(tx, personId, sessionId, passkey!, siteOf(origin), now)
  return { method: 'passkey', check }
}

/** What a person has set up. Recovery codes alone are no second factor: they stand in for one. */
export async function secondFactorsOf(
  tx: Kysely<Database>,
  personId: string,
): Promise<{ next: 'totp' | 'passkey' | undefined; methods: SecondFactor[] }> {
  const totp = await tx
    .selectFrom('totp')
    .select('person_id')
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  const passkey = await tx
    .selectFrom('passkey')
    .select('id')
    .where('person_id', '=', personId)
    .limit(1)
    .executeTakeFirst()
  if (!totp && !passkey) return { next: undefined, methods: [] }
  return {
    // A passkey cannot be given away to a page that only looks like this one, hence it goes first.
    next: passkey ? 'passkey' : 'totp',
    methods: [
      ...(passkey ? ['passkey' as const] : []),
      ...(totp ? ['totp' as const] : []),
      ...((await hasRecoveryCodes(tx, personId)) ? ['recovery-code' as const] : []),
    ],
  }
}
