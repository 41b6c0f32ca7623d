import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { Screens } from '../follow/screens.ts'
import { LAYER_BITS, LAYERS } from './signature.ts'
import '../tables.ts'

/** Characters in a granule; texts go whole, and a longer one is a granule by itself. */
const GRANULE_CHARACTERS = 64 * 1024
/** So small a text counts as this much: reading many of them takes time too. */
const TEXT_CHARACTERS_MIN = 1024
const GRANULES_IN_BLOCK = 8
/**
 * So many blocks of a size beside each other become one, and those again, up to 8 MiB a layer: a search reads as many rows of a
 * small block as of a large one.
 */
const JOINED: ReadonlyMap<number, number> = new Map([
  [8, 4],
  [32, 4],
  [128, 4],
  [512, 2],
])
const GRANULES_MAX = 1024
const READ_BYTES = 2 ** 20
const BLOCK_CHARACTERS = GRANULES_IN_BLOCK * GRANULE_CHARACTERS
const TEXTS_READ = (2 * BLOCK_CHARACTERS) / TEXT_CHARACTERS_MIN

interface Granule {
  /** Numbers of its texts. */
  readonly seqs: number[]
  weight: number
}

/** Makes the signatures of texts, behind their drawing, whenever there is a block's worth. One at a time. */
export class TextBlocks {
  readonly #db: Kysely<Database>
  readonly #screens: Screens
  /** Weight of texts in no block; what was drawn before the start is counted at the first look. */
  #waiting = Number.POSITIVE_INFINITY

  constructor(db: Kysely<Database>, screens: Screens) {
    this.#db = db
    this.#screens = screens
  }

  /** A text was stored. */
  added(characters: number): void {
    this.#waiting += weightOf(characters)
  }

  /** @param blocksMax after so many others may have their turn */
  async sign(blocksMax = Number.POSITIVE_INFINITY): Promise<void> {
    for (let block = 0; block < blocksMax; block++) {
      if (this.#waiting < BLOCK_CHARACTERS + GRANULE_CHARACTERS) return
      const isSigned = await this.#signNext()
      await this.#join()
      if (!isSigned) return
    }
  }

  /** @returns whether there was a block's worth */
  async #signNext(): Promise<boolean> {
    const texts = await this.#db
      .selectFrom('recording_text')
      .select(['seq', 'characters'])
      .where('seq', '>', sql<number>`coalesce((select max(to_seq) from recording_text_block), -1)`)
      .orderBy('seq')
      .limit(TEXTS_READ)
      .execute()
    const granules = granulesOf(texts)
    // The last one may go on.
    if (granules.length <= GRANULES_IN_BLOCK) {
      this.#waiting = granules.reduce((sum, { weight }) => sum + weight, 0)
      return false
    }
    const block = granules.slice(0, GRANULES_IN_BLOCK)
    const seqs = block.flatMap((granule) => granule.seqs)
    const rows = await this.#db
      .selectFrom('recording_text')
      .select('shown')
      .where('seq', 'in', seqs)
      .orderBy('seq')
      .execute()
    // One that was removed meanwhile: the next look finds out.
    if (rows.length !== seqs.length) return true
    const { layers } = await this.#screens.sign({
      bytes: Buffer.concat(rows.map(({ shown }) => shown)),
      lengths: rows.map(({ shown }) => shown.length),
      granules: block.map((granule) => granule.seqs.length),
    })
    await this.#db
      .insertInto('recording_text_block')
      .values(
        rowsOf(
          seqs.at(-1)!,
          block.map((granule) => granule.seqs[0]!),
          layers,
        ),
      )
      .execute()
    return true
  }

  /** Small blocks beside each other become one, so that a search asks fewer. */
  async #join(): Promise<void> {
    for (;;) {
      const small = await this.#db
        .selectFrom('recording_text_block')
        .select(['to_seq', sql<number>`octet_length(bits) * 8 / ${sql.lit(LAYER_BITS)}`.as('size')])
        .where('layer', '=', 0)
        .where(sql<number>`octet_length(bits)`, '<', (LAYER_BITS * GRANULES_MAX) / 8)
        .orderBy('to_seq')
        .execute()
      const first = small.findIndex((_, at) => runOf(small.slice(at)) !== undefined)
      if (first < 0) return
      const run = runOf(small.slice(first))!
      const granules: number[] = []
      const layers: Uint8Array[] = []
      for (let layer = 0; layer < LAYERS; layer++) {
        const blocks: Uint8Array[] = []
        for (const { to_seq, size } of run) {
          const block = await this.#read(to_seq, layer, size)
          granules.push(...block.granules)
          blocks.push(block.bits)
        }
        layers.push((await this.#screens.join({ blocks })).bits)
      }
      const ends = run.map(({ to_seq }) => to_seq)
      await this.#db.transaction().execute(async (tx) => {
        await tx.deleteFrom('recording_text_block').where('to_seq', 'in', ends).execute()
        for (const row of rowsOf(ends.at(-1)!, granules, layers))
          await tx.insertInto('recording_text_block').values(row).execute()
      })
    }
  }

  /** A megabyte at a time: it is decoded on the thread that answers requests. */
  async #read(toSeq: number, layer: number, size: number) {
    const block = this.#db
      .selectFrom('recording_text_block')
      .where('to_seq', '=', toSeq)
      .where('layer', '=', layer)
    const { granules } = await block.select('granules').executeTakeFirstOrThrow()
    const length = (size * LAYER_BITS) / 8
    const bits = new Uint8Array(length)
    for (let from = 0; from < length; from += READ_BYTES) {
      const part = sql<Buffer>`substring(bits from ${from + 1}::int for ${READ_BYTES}::int)`
      bits.set((await block.select(part.as('part')).executeTakeFirstOrThrow()).part, from)
    }
    return { granules, bits }
  }
}

const rowsOf = (to_seq: number, granules: readonly number[], layers: readonly Uint8Array[]) =>
  layers.map((bits, layer) => ({
    ...{ to_seq, layer, granules: layer === 0 ? [...granules] : [] },
    bits: Buffer.from(bits.buffer, bits.byteOffset, bits.length),
  }))

interface Small {
  readonly to_seq: number
  /** Granules in it. */
  readonly size: number
}

/** The blocks that become one with the first of the given ones. */
function runOf(blocks: readonly Small[]): readonly Small[] | undefined {
  const { size } = blocks[0]!
  const run = blocks.slice(0, JOINED.get(size))
  const isWhole = run.length === JOINED.get(size)
  return isWhole && run.every((each) => each.size === size) ? run : undefined
}

const weightOf = (characters: number) => Math.max(characters, TEXT_CHARACTERS_MIN)

function granulesOf(texts: readonly { seq: number; characters: number }[]): Granule[] {
  const granules: Granule[] = []
  for (const { seq, characters } of texts) {
    const weight = weightOf(characters)
    const last = granules.at(-1)
    if (last && last.weight + weight <= GRANULE_CHARACTERS) {
      last.seqs.push(seq)
      last.weight += weight
    } else granules.push({ seqs: [seq], weight })
  }
  return granules
}
