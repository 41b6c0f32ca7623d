import type { Parts } from '../../../../base/server/parts.ts'
import { liveName, piecesName, snapshotsName } from './live-file.ts'
import { liveStarts } from './live-starts.ts'
import './tables.ts'

/** Takes the bytes of a recording away; what the journal says of it stays, and so does the row that says it is gone. */
export async function removeRecording(
  parts: Pick<Parts, 'db' | 'blobs' | 'now'>,
  terminalId: string,
): Promise<void> {
  const { db, blobs } = parts
  const row = await db
    .selectFrom('recording')
    .select(['packed_length', 'blobs'])
    .where('terminal_id', '=', terminalId)
    .executeTakeFirst()
  if (row === undefined) return
  const starts = await liveStarts(parts, terminalId, row.packed_length)
  await db.transaction().execute(async (tx) => {
    for (const table of [
      'recording_text',
      'recording_gap',
      'recording_snapshot',
      'recording_chunk',
      'terminal_command',
    ] as const)
      await tx.deleteFrom(table).where('terminal_id', '=', terminalId).execute()
    await tx
      .updateTable('recording')
      .set({ state: 'removed', stored_bytes: 0, are_commands_whole: true, closed_at: parts.now() })
      .where('terminal_id', '=', terminalId)
      .execute()
  })
  for (const name of [
    piecesName(terminalId, row.blobs),
    snapshotsName(terminalId, row.blobs),
    ...starts.map((start) => liveName(terminalId, start)),
  ])
    await blobs.remove(name)
}

/** An import the server died in has a recording and no terminal: nobody can find it, so nothing of it is kept. */
export async function removeOrphans(parts: Pick<Parts, 'db' | 'blobs' | 'now'>): Promise<void> {
  const orphans = await parts.db
    .selectFrom('recording')
    .select('terminal_id')
    .where('state', '!=', 'removed')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('terminal').select('terminal.id').whereRef('terminal.id', '=', 'recording.terminal_id'),
        ),
      ),
    )
    .execute()
  for (const { terminal_id } of orphans) await removeRecording(parts, terminal_id)
}
