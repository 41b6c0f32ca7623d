import type { Kysely } from 'kysely'
import { toBase64 } from '../../common/journal/bytes.ts'
import { rotationStatement } from '../../common/journal/rotation.ts'
import type { Database } from '../database.ts'
import type { Entry } from './entry.ts'
import type { Journal } from './journal.ts'

/**
 * Makes a new signing key and records that it replaces the one in force. The old key endorses it and it signs for itself;
 * both sign the checkpoint that covers this entry. The old key file is kept: without it the entry proves less.
 * @returns the new verifier key.
 */
export async function rotateKey(
  journal: Journal,
  db: Kysely<Database>,
  actor: Entry['actor'],
  reason: string,
) {
  const oldKey = await journal.keys.read(await journal.read.currentKey())
  const newKey = await journal.keys.create()
  const change = { origin: journal.origin, oldKey: oldKey.key, newKey: newKey.key }
  const statement = rotationStatement(change)
  const data = {
    ...change,
    endorsement: toBase64(oldKey.sign(statement)),
    acceptance: toBase64(newKey.sign(statement)),
    reason,
  }
  await db
    .transaction()
    .execute((tx) => journal.record(tx, { kind: 'journal.key_rotated', at: new Date(), actor, data }))
  journal.poke()
  return newKey.key
}
