import type { Kysely } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import type { ShownLine } from '../follow/line-collector.ts'

/** PostgreSQL keeps no NUL in a text, and a line feed separates lines. */
const unkept = /[\0\n\r]/g

/** Keeps what a segment showed, for search. */
export async function storeText(
  tx: Kysely<Database>,
  of: { readonly terminal_id: string; readonly operator_id: string; readonly server_id: string | null },
  shown: { readonly no: number; readonly lines: readonly ShownLine[] },
): Promise<void> {
  if (shown.lines.length === 0) return
  await tx
    .insertInto('recording_text')
    .values({
      terminal_id: of.terminal_id,
      operator_id: of.operator_id,
      server_id: of.server_id,
      segment_no: shown.no,
      lines: shown.lines.map(({ text }) => text.replace(unkept, ' ')).join('\n'),
      milliseconds: shown.lines.map(({ milliseconds }) => milliseconds),
      screen_rows: shown.lines.map(({ row }) => row),
    })
    .execute()
}
