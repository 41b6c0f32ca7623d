import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import { bitsOf, isSigned, SIGNATURE_BITS } from './signature.ts'
import '../tables.ts'

/** Texts, by `recording_text.seq`, that can hold a needle. */
export interface Candidates {
  has(seq: number): boolean
  /** All of them that are in blocks, and behind which number none is in a block; undefined when they are more than `limit`. */
  list(limit: number): { readonly seqs: readonly number[]; readonly after: number } | undefined
}

/** Texts `from` to before `to`. */
type Stretch = readonly [from: number, to: number]

/** Everything: the needle is too short for signatures to know. */
const all: Candidates = { has: () => true, list: () => undefined }

/** Asks the signatures. Whoever calls reads the texts themselves as the actor: the numbers say nothing of whose they are. */
export async function candidatesOf(db: Kysely<Database>, needle: string): Promise<Candidates> {
  if (!isSigned(needle)) return all
  const rows = bitsOf(needle).map((bit) => sql`substring(bits from ${sql.lit(bit)} * width + 1 for width)`)
  // One statement: a block that is joined with others meanwhile is seen before or after, never neither.
  const { rows: blocks } = await sql<{ to_seq: number; granules: number[]; rows: Buffer }>`
    select to_seq, granules, ${sql.join(rows, sql` || `)} as rows
    from (select *, octet_length(bits) / ${sql.lit(SIGNATURE_BITS)} as width from recording_text_block offset 0) as block
    order by to_seq`.execute(db)
  const stretches: Stretch[] = []
  for (const block of blocks) {
    const width = block.granules.length / 8
    for (const [granule, from] of block.granules.entries()) {
      let isThere = true
      for (let at = granule >> 3; isThere && at < block.rows.length; at += width)
        isThere = (block.rows[at]! & (1 << (granule & 7))) !== 0
      if (isThere) stretches.push([from, block.granules[granule + 1] ?? block.to_seq + 1])
    }
  }
  const after = blocks.at(-1)?.to_seq ?? -1
  return {
    has: (seq) => seq > after || isIn(stretches, seq),
    list(limit) {
      const seqs: number[] = []
      for (const [from, to] of stretches)
        for (let seq = from; seq < to; seq++) {
          if (seqs.length === limit) return undefined
          seqs.push(seq)
        }
      return { seqs, after }
    },
  }
}

function isIn(stretches: readonly Stretch[], seq: number): boolean {
  let low = 0
  let high = stretches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (stretches[middle]![0] <= seq) low = middle + 1
    else high = middle
  }
  return low > 0 && seq < stretches[low - 1]![1]
}
