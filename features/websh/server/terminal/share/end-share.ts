import type { Kysely } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { TerminalParts } from '../parts.ts'
import { aboutRow, operatorOf, type Row } from '../terminal-row.ts'

type EndWhy = NonNullable<Database['terminal_share']['end_why']>

/** @returns the share that ended, if there was one */
export async function endShare(
  tx: Kysely<Database>,
  row: Pick<Row, 'id'>,
  why: EndWhy,
  at: Date,
): Promise<string | undefined> {
  const ended = await tx
    .updateTable('terminal_share')
    .set({ ended_at: at, end_why: why })
    .where('terminal_id', '=', row.id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return ended?.id
}

/** A terminal ended, and with it what was shared of it. */
export async function shareEndsWith(
  { writeEntry }: Pick<TerminalParts, 'writeEntry'>,
  tx: Kysely<Database>,
  row: Row,
  at: Date,
): Promise<void> {
  const shareId = await endShare(tx, row, 'terminal ended', at)
  if (shareId === undefined) return
  await writeEntry(tx, {
    kind: 'terminal.share-ended',
    at,
    actor: operatorOf(row),
    ...aboutRow(row),
    data: { shareId, why: 'terminal ended' },
  })
}
