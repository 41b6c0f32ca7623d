import {
  validRotation as isRotation,
  type KeyHistory,
  keyInForce,
  type Signatures,
} from '../../common/journal/key-history.ts'
import { JournalDamaged, type Queryable } from './load-tree.ts'
import type { JournalNames } from './names.ts'
import { sha256 } from './sha256.ts'
import { verifySignature } from './signing-keys.ts'

export const signatures: Signatures = { sha256, verify: verifySignature }

/** What a rotation entry hands over to, or undefined when it does not count. */
export const rotationIn = (body: string, origin: string, currentKey: string) =>
  isRotation((JSON.parse(body) as { data: unknown }).data, origin, currentKey, signatures)

/** @throws JournalDamaged when the first entry is not the one that opened the journal. */
export async function keyHistory(
  client: Queryable,
  names: JournalNames,
  origin: string,
): Promise<KeyHistory> {
  const opened = await client.query<{ body: string }>(
    `select body from journal where seq = 0 and kind_no = $1
     union all select body from journal_pending where id = 0 and kind_no = $1 limit 1`,
    [await names.kindNo('journal.opened')],
  )
  if (opened.rows[0] === undefined) throw new JournalDamaged('the first entry does not name the signing key')
  const { key: first } = (JSON.parse(opened.rows[0].body) as { data: { key: string } }).data
  const found = await client.query<{ seq: number; body: string }>(
    'select seq, body from journal where kind_no = $1 order by seq',
    [await names.kindNo('journal.key_rotated')],
  )
  let history: KeyHistory = { first, rotations: [] }
  for (const { seq, body } of found.rows) {
    const rotation = rotationIn(body, origin, keyInForce(history))
    if (rotation !== undefined) {
      history = { first, rotations: [...history.rotations, { ...rotation, sequence: seq }] }
    }
  }
  return history
}
