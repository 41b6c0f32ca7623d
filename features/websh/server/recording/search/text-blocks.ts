import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { Screens } from '../follow/screens.ts'
import { joinBlocks, SIGNATURE_BITS } from './signature.ts'
import '../tables.ts'

/** Characters in a granule; texts go whole, and a longer one is a granule by itself. */
const GRANULE_CHARACTERS = 64 * 1024
/** So small a text counts as this much: reading many of them takes time too. */
const TEXT_CHARACTERS_MIN = 1024
const GRANULES_IN_BLOCK = 16
const BLOCKS_JOINED = 8
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
      if (!(await this.#signNext())) return
      await this.#join()
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
        bits: Buffer.from(bits.buffer, bits.byteOffset, bits.length),
      })
      .execute()
    return true
  }

  /** Small blocks beside each other become one, so that a search asks fewer. */
  async #join(): Promise<void> {
    const small = await this.#db
      .selectFrom('recording_text_block')
      .select(['to_seq', 'granules'])
      .where(sql<number>`octet_length(bits)`, '=', (SIGNATURE_BITS * GRANULES_IN_BLOCK) / 8)
      .orderBy('to_seq')
      .execute()
    if (small.length < BLOCKS_JOINED) return
    const joined = small.slice(0, BLOCKS_JOINED)
    const ends = joined.map(({ to_seq }) => to_seq)
    const rows = await this.#db
      .selectFrom('recording_text_block')
      .select('bits')
      .where('to_seq', 'in', ends)
      .orderBy('to_seq')
      .execute()
    const bits = joinBlocks(rows.map((row) => row.bits))
    await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('recording_text_block').where('to_seq', 'in', ends).execute()
      await tx
        .insertInto('recording_text_block')
        .values({
          to_seq: ends.at(-1)!,
          granules: joined.flatMap(({ granules }) => granules),
          bits: Buffer.from(bits.buffer),
        })
        .execute()
    })
  }
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
