import { asObject } from '../../../base/common/journal/body.ts'
import { type KeyHistory, keyInForce, validRotation } from '../../../base/common/journal/key-history.ts'
import { isSameKey, parseVerifierKey, type VerifierKey } from '../../../base/common/journal/note.ts'
import { sha256, signatures } from '../crypto.ts'
import type { PostgresConnection } from '../postgres/connection.ts'
import { eachRow, int8At, textOf } from '../postgres/copy.ts'

export interface KeyEntry {
  readonly sequence: number
  readonly body: string
}

/** The entries about keys, found by their kind. What is read later from the text of every entry must be the same. */
export async function readKeyEntries(connection: PostgresConnection): Promise<KeyEntry[]> {
  const found: KeyEntry[] = []
  await connection.copyOut(
    `select seq, body from journal where kind_no in (select no from journal_kind
       where name in ('journal.opened', 'journal.key_rotated')) order by seq`,
    eachRow(2, (buffer, fields) => {
      found.push({ sequence: int8At(buffer, fields.starts[0]!), body: textOf(buffer, fields, 1) })
    }),
  )
  return found
}

/** Which keys the journal says it was signed with; undefined when its first entry does not say. */
export function historyOf(entries: readonly KeyEntry[], origin: string): KeyHistory | undefined {
  const opened = entries.find(({ sequence }) => sequence === 0)
  const first = opened === undefined ? undefined : dataOf(opened.body)['key']
  if (typeof first !== 'string' || !isKeyOf(first, origin)) return undefined
  let history: KeyHistory = { first, rotations: [] }
  for (const { sequence, body } of entries) {
    if (sequence === 0) continue
    const rotation = validRotation(dataOf(body), origin, keyInForce(history), signatures)
    if (rotation !== undefined)
      history = { first, rotations: [...history.rotations, { ...rotation, sequence }] }
  }
  return history
}

/**
 * Whether any key in the history is a pinned one. One is enough in either direction: what a pinned key signed covers the
 * entries that name all keys before it, and a pinned key endorsed those after it.
 */
export const isPinned = ({ first, rotations }: KeyHistory, pinned: readonly VerifierKey[]): boolean =>
  [first, ...rotations.map(({ newKey }) => newKey)].some((key) =>
    pinned.some((pin) => isSameKey(pin, parseVerifierKey(sha256, key))),
  )

function isKeyOf(key: string, origin: string): boolean {
  try {
    return parseVerifierKey(sha256, key).name === origin
  } catch {
    return false
  }
}

function dataOf(body: string): Record<string, unknown> {
  try {
    return asObject('data', asObject('the entry', JSON.parse(body))['data'])
  } catch {
    return {}
  }
}
