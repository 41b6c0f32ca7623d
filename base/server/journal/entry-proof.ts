import { toBase64 } from '../../common/journal/bytes.ts'
import type { Proof } from '../../common/journal/proof.ts'
import type { Journal } from './journal.ts'

/** That an entry is in the journal as of its head, as a file of its own. undefined when no entry has this number yet. */
export async function entryProof(journal: Journal, sequence: number): Promise<Proof | undefined> {
  const proof = await journal.read.proof(sequence)
  if (proof === undefined) return undefined
  const { body, leafHash, path, head } = proof
  return {
    proof: 'annals-journal',
    version: 1,
    origin: head.origin,
    sequence,
    body,
    leafHash: toBase64(leafHash),
    path: path.map(toBase64),
    checkpoint: head.note,
    keys: await journal.read.keys(),
  }
}
