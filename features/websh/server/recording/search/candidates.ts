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

interface BlockAnswer {
  readonly to_seq: number
  readonly granules: number[]
  /** For each bit asked for, one row over all granules. */
  readonly rows: Buffer
}

/** Asks the signatures. Whoever calls reads the texts themselves as the actor: the numbers say nothing of whose they are. */
export async function candidatesOf(db: Kysely<Database>, needle: string): Promise<Candidates> {
  if (!isSigned(needle)) return all
  // One statement: a block that is joined with others meanwhile is seen before or after, never neither.
  const { rows: blocks } = await sql<BlockAnswer>`
    select to_seq, granules, (
      select string_agg(substring(bits from bit * width + 1 for width), ''::bytea)
        from unnest(case short_bits when 1 then ${bitsOf(needle, 1)}::int[] else ${bitsOf(needle)}::int[] end) as bit) as rows
    from (select *, octet_length(bits) / ${sql.lit(SIGNATURE_BITS)} as width from recording_text_block offset 0) as block
    order by to_seq`.execute(db)
  const stretches = blocks.flatMap((block) => [...stretchesOf(block)])
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

/** The texts of those granules that have every bit. */
function* stretchesOf({ to_seq, granules, rows }: BlockAnswer): Generator<Stretch> {
  const width = granules.length / 8
  const common = Uint8Array.from(rows.subarray(0, width))
  for (let at = width; at < rows.length; at += width)
    for (let byte = 0; byte < width; byte++) common[byte]! &= rows[at + byte]!
  for (const [granule, from] of granules.entries())
    if ((common[granule >> 3]! & (1 << (granule & 7))) !== 0)
      yield [from, granules[granule + 1] ?? to_seq + 1]
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
