import { equal, fromBase64, toBase64 } from '../../common/journal/bytes.ts'
import { checkHead, EvidenceDamaged, hashesOf, type SignedHead } from '../../common/journal/evidence.ts'
import { isConsistent, treeHash } from '../../common/journal/merkle.ts'
import { journal } from './client.ts'
import { type Memory, remember, remembered } from './memory.ts'
import { trust } from './trust.ts'

export interface CheckedHead {
  readonly head: SignedHead
  /** When it was signed, by the server's clock; ISO 8601. */
  readonly at: string
  readonly note: string
  /** What this browser remembered before, when it could be compared. */
  readonly before: Memory | null
}

/**
 * Checks in this browser that the newest head of the journal is signed by the key it trusts and extends the head it
 * remembers, then remembers it.
 * @throws EvidenceDamaged when either does not hold, Refused when the server could not be asked.
 */
export async function checkNewestHead(): Promise<CheckedHead> {
  const newest = await journal.read('journal.checkpoint', {})
  const trusted = trust()
  const before = remembered()
  if (before !== null && before.origin !== newest.origin) {
    throw new EvidenceDamaged(
      `this browser remembers the journal ${before.origin}, and the server now answers with ${newest.origin}`,
    )
  }
  const head = checkHead(newest.note, newest.keys, newest.origin, trusted)
  const checked = { head, at: newest.at, note: newest.note, before }
  if (before !== null) await checkExtends(before, checked)
  if (before === null || head.size >= before.size) {
    remember({
      origin: head.origin,
      size: head.size,
      root: toBase64(head.root),
      note: newest.note,
      key: head.signer,
      checkedAt: new Date().toISOString(),
    })
  }
  return checked
}

async function checkExtends(before: Memory, { head }: CheckedHead): Promise<void> {
  const trusted = trust()
  const root = fromBase64(before.root)
  if (before.size === head.size) {
    if (!equal(root, head.root))
      throw new EvidenceDamaged(`two different journals of ${head.size} entries were signed`)
    return
  }
  if (before.size > head.size) {
    throw new EvidenceDamaged(
      `this browser remembers ${before.size} entries and the journal now has ${head.size}: its tail was cut`,
    )
  }
  const { to, path, checkpoint, keys } = await journal.read('journal.consistency', { from: before.size })
  const end = checkHead(checkpoint, keys, before.origin, trusted)
  const holds =
    end.size === to &&
    isConsistent(treeHash(trusted.sha256), {
      from: before.size,
      to,
      fromRoot: root,
      toRoot: end.root,
      path: hashesOf('the path', path),
    })
  if (!holds) {
    throw new EvidenceDamaged(
      `the journal of ${to} entries does not begin with the ${before.size} entries this browser remembers`,
    )
  }
}
