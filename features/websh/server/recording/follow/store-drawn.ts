import { sql } from 'kysely'
import type { Parts } from '../../../../../base/server/parts.ts'
import { snapshotsName } from '../live-file.ts'
import { appendDurably, packed } from '../pack.ts'
import { packShown } from '../search/shown-text.ts'
import { storeGap, storeTexts, type Whose } from '../search/text.ts'
import type { ShownLines } from './line-collector.ts'
import '../tables.ts'

/** A segment that was drawn: the screen behind it, and what it showed. */
export interface DrawnSegment {
  readonly no: number
  /** Bytes of the stream up to its end. */
  readonly end: number
  readonly from_milliseconds: number
  readonly to_milliseconds: number
  readonly screen: string
  readonly columns: number
  readonly rows: number
  readonly shown: ShownLines
  /** Of all lines shown. */
  readonly characters: number
}

/** Keeps screens and texts of segments that follow each other: one append, then one transaction. */
export async function storeDrawn(
  { db, blobs }: Pick<Parts, 'db' | 'blobs'>,
  recording: Whose,
  drawn: readonly DrawnSegment[],
): Promise<void> {
  const id = recording.terminal_id
  const { snapshot_bytes, blobs: names } = await db
    .selectFrom('recording')
    .select(['snapshot_bytes', 'blobs'])
    .where('terminal_id', '=', id)
    .executeTakeFirstOrThrow()
  const screens = await Promise.all(drawn.map(({ screen }) => packed(Buffer.from(screen))))
  const texts = await Promise.all(
    drawn
      .filter(({ shown }) => shown.lines.length > 0)
      .map(async ({ no, characters, shown }) => ({ no, characters, packed: await packShown(shown.lines) })),
  )
  const bytes = Buffer.concat(screens)
  await appendDurably(blobs, snapshotsName(id, names), bytes, snapshot_bytes)
  let offset = snapshot_bytes
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('recording_snapshot')
      .values(
        drawn.map(({ end, to_milliseconds, columns, rows }, index) => {
          const blob_length = screens[index]!.length
          const blob_offset = offset
          offset += blob_length
          return {
            ...{ terminal_id: id, stream_offset: end, at_milliseconds: to_milliseconds },
            ...{ columns, rows, blob_offset, blob_length },
          }
        }),
      )
      .execute()
    if (texts.length > 0) await storeTexts(tx, recording, texts)
    for (const { shown, from_milliseconds, to_milliseconds } of drawn)
      if (shown.left > 0)
        await storeGap(tx, recording, {
          ...{ from: from_milliseconds, to: to_milliseconds },
          ...{ why: 'too_much', lines: shown.left },
        })
    const characters = drawn.reduce((sum, each) => sum + each.characters, 0)
    await tx
      .updateTable('recording')
      .set({
        screened_length: drawn.at(-1)!.end,
        snapshot_bytes: snapshot_bytes + bytes.length,
        stored_bytes: sql`stored_bytes + ${bytes.length}`,
        text_characters: sql`text_characters + ${characters}`,
      })
      .where('terminal_id', '=', id)
      .execute()
  })
}
