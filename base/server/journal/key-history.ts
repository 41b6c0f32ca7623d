import type { Rotation } from '../../common/journal/rotation.ts'
import { checkRotation } from '../../common/journal/rotation.ts'
import type { Queryable } from './load-tree.ts'
import { JournalDamaged } from './load-tree.ts'
import type { JournalNames } from './names.ts'
import { sha256 } from './sha256.ts'
import { verifySignature } from './signing-keys.ts'

/** Which keys the journal was signed with, oldest first, as its own entries say. */
export interface KeyHistory {
  readonly first: string
  readonly rotations: readonly (Rotation & { readonly sequence: number })[]
}

export const keyInForce = ({ first, rotations }: KeyHistory): string => rotations.at(-1)?.newKey ?? first

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
  const first = (JSON.parse(opened.rows[0].body) as { data: { key: string } }).data.key
  const found = await client.query<{ seq: number; body: string }>(
    'select seq, body from journal where kind_no = $1 order by seq',
    [await names.kindNo('journal.key_rotated')],
  )
  const rotations: (Rotation & { sequence: number })[] = []
  for (const { seq, body } of found.rows) {
    const rotation = validRotation(body, origin, rotations.at(-1)?.newKey ?? first)
    if (rotation !== undefined) rotations.push({ ...rotation, sequence: seq })
  }
  return { first, rotations }
}

/** What a rotation entry says, or undefined when it does not count: not of this journal, not from the key in force, not signed. */
export function validRotation(body: string, origin: string, currentKey: string): Rotation | undefined {
  try {
    const { oldKey, newKey, endorsement, acceptance, ...rest } = (JSON.parse(body) as { data: Rotation }).data
    const rotation = { origin: rest.origin, oldKey, newKey, endorsement, acceptance }
    if (rotation.origin !== origin || oldKey !== currentKey) return undefined
    checkRotation(rotation, sha256, verifySignature)
    return rotation
  } catch {
    return undefined
  }
}
