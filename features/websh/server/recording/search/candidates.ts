import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import { bitsOf, LAYER_BITS, LAYERS } from './signature.ts'
import '../tables.ts'

/** Texts, by `recording_text.seq`, that can hold a needle. */
export interface Candidates {
  has(seq: number): boolean
  /** All of them that are in blocks, and behind which number none is in a block; undefined when they are more than `limit`. */
  list(limit: number): { readonly seqs: readonly number[]; readonly after: number } | undefined
}

/** Texts `from` to before `to`. */
type Stretch = readonly [from: number, to: number]

interface LayerAnswer {
  readonly to_seq: number
  readonly layer: number
  readonly granules: number[]
  /** For each bit asked for, one row over all granules. */
  readonly rows: Buffer
}

/** Asks the signatures. Whoever calls reads the texts themselves as the actor: the numbers say nothing of whose they are. */
export async function candidatesOf(db: Kysely<Database>, needle: string): Promise<Candidates> {
  const [low, middle, high] = bitsOf(needle)
  // One statement: a block that is joined with others meanwhile is seen before or after, never neither.
  const { rows: layers } = await sql<LayerAnswer>`
    select to_seq, layer, granules, (
      select coalesce(string_agg(substring(bits from bit * width + 1 for width), ''::bytea), '')
        from unnest(case layer when 0 then ${low}::int[] when 1 then ${middle}::int[] else ${high}::int[] end) as bit) as rows
    from (select *, octet_length(bits) / ${sql.lit(LAYER_BITS)} as width from recording_text_block offset 0) as block
    order by to_seq, layer`.execute(db)
  const stretches: Stretch[] = []
  for (let at = 0; at < layers.length; at += LAYERS)
    stretches.push(...stretchesOf(layers[at]!, layers.slice(at, at + LAYERS)))
  const after = layers.at(-1)?.to_seq ?? -1
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
function* stretchesOf({ to_seq, granules }: LayerAnswer, layers: readonly LayerAnswer[]): Generator<Stretch> {
  const width = granules.length / 8
  const common = new Uint8Array(width).fill(0xff)
  for (const { rows } of layers)
    for (let at = 0; at < rows.length; at += width)
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
