import type { Parts } from '../../../../../base/server/parts.ts'
import { piecesName, snapshotsName } from '../live-file.ts'
import '../tables.ts'

type LeftoverParts = Pick<Parts, 'db' | 'blobs'>

/** Deletes what a removal leaves behind: what it replaced, or what it had begun to write when it was given up. */
export async function removeLeftover({ db, blobs }: LeftoverParts, terminalId: string): Promise<void> {
  const row = await db
    .selectFrom('recording_leftover')
    .innerJoin('recording', 'recording.terminal_id', 'recording_leftover.terminal_id')
    .select(['recording_leftover.blobs', 'recording.blobs as current'])
    .where('recording_leftover.terminal_id', '=', terminalId)
    .executeTakeFirst()
  if (row === undefined) return
  if (row.blobs !== row.current)
    for (const nameOf of [piecesName, snapshotsName]) await blobs.remove(nameOf(terminalId, row.blobs))
  await db.deleteFrom('recording_leftover').where('terminal_id', '=', terminalId).execute()
}

/** The same after a start: whoever was removing then is no more. */
export async function removeLeftovers(parts: LeftoverParts): Promise<void> {
  const rows = await parts.db.selectFrom('recording_leftover').select('terminal_id').execute()
  for (const { terminal_id } of rows) await removeLeftover(parts, terminal_id)
}
