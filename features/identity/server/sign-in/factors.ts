import type { Actor } from '../../../../base/server/actor.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { Factors } from '../../common/sign-in.ts'

/** What the actor has set up, and whether the workspace demands it of them. */
export async function readFactors(read: Reader, actor: Actor): Promise<Factors> {
  const totp = await read
    .selectFrom('totp')
    .select(['confirmed_at', 'last_used_at'])
    .where('person_id', '=', actor.id)
    .executeTakeFirst()
  const passkeys = await read
    .selectFrom('passkey')
    .select(['id', 'name', 'host', 'created_at', 'last_used_at', 'is_backed_up'])
    .where('person_id', '=', actor.id)
    .orderBy('created_at')
    .execute()
  const codes = await read
    .selectFrom('recovery_code')
    .select(['made_at', 'used_at'])
    .where('person_id', '=', actor.id)
    .execute()
  const { second_factor } = await read
    .selectFrom('workspace')
    .select('second_factor')
    .executeTakeFirstOrThrow()
  return {
    totp: totp?.confirmed_at
      ? { since: totp.confirmed_at.toISOString(), lastUsedAt: totp.last_used_at?.toISOString() ?? null }
      : null,
    passkeys: passkeys.map((row) => ({
      id: row.id,
      name: row.name,
      host: row.host,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at?.toISOString() ?? null,
      isBackedUp: row.is_backed_up,
    })),
    recoveryCodes: codes[0]
      ? {
          left: codes.filter(({ used_at }) => used_at === null).length,
          madeAt: codes[0].made_at.toISOString(),
        }
      : null,
    isRequired: second_factor === 'everyone' || (second_factor === 'admins' && actor.role === 'admin'),
  }
}
