import { newId } from '../../../base/common/id.ts'
import { system } from '../../../base/server/actor.ts'
import type { Parts } from '../../../base/server/parts.ts'
import { hashPassword, oneTimePassword } from './sign-in/password.ts'

export interface FirstAdmin {
  readonly username: string
  /** Shown once; undefined when the operator gave the password. */
  readonly oneTimePassword: string | undefined
}

/** Makes the first administrator in an empty workspace. @returns undefined when there is anybody already */
export async function ensureFirstAdmin(
  { db, writeEntry, sealSoon, now }: Pick<Parts, 'db' | 'writeEntry' | 'sealSoon' | 'now'>,
  givenPassword?: string,
): Promise<FirstAdmin | undefined> {
  if (await db.selectFrom('person').select('id').limit(1).executeTakeFirst()) return undefined
  const password = givenPassword ?? oneTimePassword()
  const at = now()
  const person = {
    id: newId(at.getTime()),
    username: 'admin',
    name: 'Administrator',
    role: 'admin' as const,
    account: null,
  }
  const passwordHash = await hashPassword(password)
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('person')
      .values({
        ...person,
        password_hash: passwordHash,
        must_change_password: givenPassword === undefined,
        created_at: at,
        last_sign_in_at: null,
      })
      .execute()
    await writeEntry(tx, {
      kind: 'person.created',
      at,
      actor: system('Annals: first start'),
      subject: { kind: 'person', id: person.id, name: person.name },
      data: { username: person.username, name: person.name, role: person.role, account: null },
    })
  })
  sealSoon()
  return { username: person.username, oneTimePassword: givenPassword === undefined ? password : undefined }
}
