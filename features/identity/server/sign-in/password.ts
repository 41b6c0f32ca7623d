import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { identityFaults } from '../../common/faults.ts'
import { isCommon, isLike } from './common-passwords.ts'
import { type Asker, hashLimits, openHashQueue } from './hash-queue.ts'

/** argon2id, 19 MiB, two passes: OWASP's first choice; about 12 ms here. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const BUSY_SECONDS = 2
const oneself: Asker = { address: '', isKnown: true }

const queue = openHashQueue(hashLimits, () => busy())

/**
 * Refuses what anyone would try first.
 * @param names what others know: username, name, e-mail, workspace; a password that is little more than one of them is refused
 * @throws auth.common_password, auth.password_like_name
 */
export function refuseCommon(password: string, names: readonly (string | null | undefined)[] = []) {
  if (isCommon(password)) throw identityFaults['auth.common_password']()
  if (names.some((name) => name && isLike(password, name))) throw identityFaults['auth.password_like_name']()
}

/** Not inside a transaction: it takes milliseconds and may wait for its turn. @throws auth.busy */
export const hashPassword = (password: string, asker: Asker = oneself) =>
  queue.run(asker, () => hash(password, COST))

/** A person who does not exist costs the same time as one who does. */
let nobody: Promise<string> | undefined
export const prepareNobody = async () => void (await (nobody ??= hash('nobody has this password', COST)))

/** @param passwordHash null: nobody's, or none was set yet; answers false after the same work. @throws auth.busy */
export async function isPassword(
  password: string,
  passwordHash: string | null,
  asker: Asker = oneself,
): Promise<boolean> {
  await prepareNobody()
  const against = passwordHash ?? (await nobody!)
  const matches = await queue.run(asker, () => verify(against, password))
  return matches && passwordHash !== null
}

/** Before anything else is asked for somebody who would be sent away anyway. */
export const hasRoom = (asker: Asker): boolean => !queue.isFull(asker)

export const busy = () => identityFaults['auth.busy'](BUSY_SECONDS)

/**
 * Sets a password that was hashed before. The sessions a person has are the caller's to end.
 * @param mustChange somebody else knows it, so that the person has to replace it at sign-in
 */
export async function setPassword(
  tx: Kysely<Database>,
  personId: string,
  passwordHash: string,
  { mustChange = false }: { mustChange?: boolean } = {},
): Promise<void> {
  await tx
    .updateTable('person')
    .set({ password_hash: passwordHash, must_change_password: mustChange })
    .where('id', '=', personId)
    .execute()
}

/** Four groups of five letters and digits that cannot be mistaken for one another: 98 bits. */
export const oneTimePassword = () => groupsOf(5)

/** Sixteen of them: 79 bits. */
export const newRecoveryCode = () => groupsOf(4)

function groupsOf(length: number): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const group = () => Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
