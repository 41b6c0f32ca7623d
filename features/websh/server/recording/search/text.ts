import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import '../tables.ts'

/** Whose recording it is: rows of search are narrowed by it. */
export interface Whose {
  readonly terminal_id: string
  readonly operator_id: string
  readonly server_id: string | null
}

/** What all texts of one recording may hold: so much, and twice its stream. */
const CHARACTERS_ALWAYS = 64 * 1024 * 1024
const CHARACTERS_FOR_BYTE = 2
/** Four times what a segment has bytes. */
const SEGMENT_CHARACTERS_MAX = 256 * 1024

/** How much text of its next segment is kept. */
export const charactersLeft = (recording: { text_characters: number }, streamBytes: number): number =>
  Math.max(
    0,
    Math.min(
      SEGMENT_CHARACTERS_MAX,
      CHARACTERS_ALWAYS + CHARACTERS_FOR_BYTE * streamBytes - recording.text_characters,
    ),
  )

/** Keeps what segments showed, in order. `packed` is of packShown. */
export async function storeTexts(
  tx: Kysely<Database>,
  { terminal_id, operator_id, server_id }: Whose,
  texts: readonly { readonly no: number; readonly characters: number; readonly packed: Buffer }[],
): Promise<void> {
  await tx
    .insertInto('recording_text')
    .values(
      texts.map(({ no, characters, packed }) => ({
        ...{ terminal_id, operator_id, server_id, segment_no: no, characters },
        shown: packed,
      })),
    )
    .execute()
}

export interface Gap {
  readonly from: number
  readonly to: number
  readonly why: 'too_much' | 'undrawn' | 'removed'
  readonly lines: number | null
}

/** Writes down that search does not know all of a stretch, in milliseconds; one that goes on where another ended is the same. */
export async function storeGap(
  tx: Kysely<Database>,
  { terminal_id, operator_id, server_id }: Whose,
  { from, to, why, lines }: Gap,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('recording_gap')
    .set({ to_milliseconds: to, lines: sql`lines + ${lines}::int` })
    .where('terminal_id', '=', terminal_id)
    .where('why', '=', why)
    .where('to_milliseconds', '=', from)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  await tx
    .insertInto('recording_gap')
    .values({
      ...{ terminal_id, operator_id, server_id },
      ...{ from_milliseconds: from, to_milliseconds: to, why, lines },
    })
    .onConflict((conflict) =>
      conflict.columns(['terminal_id', 'why', 'from_milliseconds']).doUpdateSet({
        to_milliseconds: sql`greatest(recording_gap.to_milliseconds, excluded.to_milliseconds)`,
      }),
    )
    .execute()
}
