import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { Screens } from '../follow/screens.ts'
import { SHORT_BITS, SIGNATURE_BITS } from './signature.ts'
import '../tables.ts'

/** Characters in a granule; texts go whole, and a longer one is a granule by itself. */
const GRANULE_CHARACTERS = 64 * 1024
/** So small a text counts as this much: reading many of them takes time too. */
const TEXT_CHARACTERS_MIN = 1024
const GRANULES_IN_BLOCK = 8
/**
 * So many blocks of a size beside each other become one, and those again, up to 8 MiB: a search reads as many rows of a small
 * block as of a large one. Blocks of 16 granules are of earlier versions.
 */
const JOINED: ReadonlyMap<number, number> = new Map([
  [8, 4],
  [16, 8],
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

  async sign(): Promise<void> {
    while (this.#waiting >= BLOCK_CHARACTERS + GRANULE_CHARACTERS) {
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
    const { bits } = await this.#screens.sign({
      bytes: Buffer.concat(rows.map(({ shown }) => shown)),
      lengths: rows.map(({ shown }) => shown.length),
      granules: block.map((granule) => granule.seqs.length),
    })
    await this.#db
      .insertInto('recording_text_block')
      .values({
        to_seq: seqs.at(-1)!,
        granules: block.map((granule) => granule.seqs[0]!),
        bits: asBuffer(bits),
        short_bits: SHORT_BITS,
      })
      .execute()
    return true
  }

  /** Small blocks beside each other become one, so that a search asks fewer. */
  async #join(): Promise<void> {
    for (;;) {
      const small = await this.#db
        .selectFrom('recording_text_block')
        .select(['to_seq', 'short_bits', sql<number>`octet_length(bits) * 8 / ${SIGNATURE_BITS}`.as('size')])
        .where(sql<number>`octet_length(bits)`, '<', (SIGNATURE_BITS * GRANULES_MAX) / 8)
        .orderBy('to_seq')
        .execute()
      const first = small.findIndex((_, at) => runOf(small.slice(at)) !== undefined)
      if (first < 0) return
      const run = runOf(small.slice(first))!
      const joined: Block[] = []
      for (const { to_seq } of run) joined.push(await this.#read(to_seq))
      const { bits } = await this.#screens.join({ blocks: joined.map((block) => block.bits) })
      const ends = joined.map(({ to_seq }) => to_seq)
      await this.#db.transaction().execute(async (tx) => {
        await tx.deleteFrom('recording_text_block').where('to_seq', 'in', ends).execute()
        await tx
          .insertInto('recording_text_block')
          .values({
            to_seq: ends.at(-1)!,
            granules: joined.flatMap(({ granules }) => granules),
            bits: asBuffer(bits),
            short_bits: run[0]!.short_bits,
          })
          .execute()
      })
    }
  }

  /** A megabyte at a time: it is decoded on the thread that answers requests. */
  async #read(toSeq: number): Promise<Block> {
    const block = this.#db.selectFrom('recording_text_block').where('to_seq', '=', toSeq)
    const { granules } = await block.select('granules').executeTakeFirstOrThrow()
    const length = (granules.length * SIGNATURE_BITS) / 8
    const bits = new Uint8Array(length)
    for (let from = 0; from < length; from += READ_BYTES) {
      const part = sql<Buffer>`substring(bits from ${from + 1}::int for ${READ_BYTES}::int)`
      bits.set((await block.select(part.as('part')).executeTakeFirstOrThrow()).part, from)
    }
    return { to_seq: toSeq, granules, bits }
  }
}

interface Block {
  readonly to_seq: number
  readonly granules: number[]
  readonly bits: Uint8Array
}

interface Small {
  readonly to_seq: number
  readonly short_bits: number
  /** Granules in it. */
  readonly size: number
}

/** The blocks that become one with the first of the given ones. */
function runOf(blocks: readonly Small[]): readonly Small[] | undefined {
  const { size, short_bits } = blocks[0]!
  const run = blocks.slice(0, JOINED.get(size))
  const isWhole = run.length === JOINED.get(size)
  return isWhole && run.every((each) => each.size === size && each.short_bits === short_bits)
    ? run
    : undefined
}

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length)
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
