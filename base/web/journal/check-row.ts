import type { journalApi } from '../../common/journal/api.ts'
import { readBody } from '../../common/journal/body.ts'
import { EvidenceDamaged } from '../../common/journal/evidence.ts'
import { inclusionRanges } from '../../common/journal/merkle.ts'
import { checkProof } from '../../common/journal/proof.ts'
import type { AnswerOf } from '../client/client.ts'
import { journal } from './client.ts'
import { trust } from './trust.ts'

export interface CheckedRow {
  readonly sequence: number
  /** The answer as it came: saved as a file, it can be checked without this server. */
  readonly proof: AnswerOf<typeof journalApi, 'journal.proof'>
  /** Entries in the journal that was signed. */
  readonly size: number
  readonly signer: string
  /** For each hash of the path, whether it stands before the entry. */
  readonly sides: readonly ('left' | 'right')[]
  readonly checkedAt: number
}

/** What was answered for a row that does not verify, by the error that says so. */
const evidence = new WeakMap<Error, CheckedRow['proof']>()
export const evidenceOf = (error: Error): CheckedRow['proof'] | undefined => evidence.get(error)

/**
 * Checks in this browser that an entry is in the signed journal, unchanged, and is about this very row.
 * @throws EvidenceDamaged when it is not, Refused when the server could not be asked.
 */
export async function checkRow(sequence: number, subjectId: string | null): Promise<CheckedRow> {
  const proof = await journal.read('journal.proof', { sequence })
  try {
    return checked(proof, sequence, subjectId)
  } catch (error) {
    if (error instanceof EvidenceDamaged) evidence.set(error, proof)
    throw error
  }
}

function checked(proof: CheckedRow['proof'], sequence: number, subjectId: string | null): CheckedRow {
  const { head, body } = checkProof(JSON.stringify(proof), trust())
  if (proof.sequence !== sequence)
    throw new EvidenceDamaged(`the proof is of entry ${proof.sequence}`, sequence)
  if ((readBody(body).subjectId ?? null) !== subjectId)
    throw new EvidenceDamaged(`entry ${sequence} is about another record`, sequence)
  return {
    sequence,
    proof,
    size: head.size,
    signer: head.signer,
    sides: inclusionRanges(sequence, head.size).map(([from]) => (from > sequence ? 'right' : 'left')),
    checkedAt: Date.now(),
  }
}
