import { idTime } from '../../../../base/common/id.ts'
import { system } from '../../../../base/server/actor.ts'
import type { Entry } from '../../../../base/server/journal/entry.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { liveName, piecesName, snapshotsName } from './live-file.ts'
import { liveStarts } from './live-starts.ts'
import { removalEntries } from './removal/store-removed.ts'
import './tables.ts'

type RemoveParts = Pick<Parts, 'db' | 'blobs' | 'now' | 'writeEntries' | 'sealSoon'>

const GIVEN_UP = 'its import was given up'

/**
 * Takes away all there is of an import that was given up. What the journal says of it stays, with an entry that says its bytes
 * are gone, and so does the row.
 */
export async function removeRecording(
  parts: RemoveParts,
  terminalId: string,
  actor: Entry['actor'],
): Promise<void> {
  const { db, blobs } = parts
  const row = await db
    .selectFrom('recording')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .executeTakeFirst()
  if (row === undefined) return
  const starts = await liveStarts(parts, terminalId, row.packed_length)
  const segments = await db
    .selectFrom('recording_segment')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .orderBy('no')
    .execute()
  await db.transaction().execute(async (tx) => {
    for (const table of [
      'recording_text',
      'recording_gap',
      'recording_snapshot',
      'recording_chunk',
      'recording_removal',
      'terminal_command',
    ] as const)
      await tx.deleteFrom(table).where('terminal_id', '=', terminalId).execute()
    const [first, last] = [segments[0], segments.at(-1)]
    if (first && last) {
      await tx
        .insertInto('recording_removal')
        .values({
          ...{ terminal_id: terminalId, from_no: 0, to_no: last.no },
          ...{ start_offset: 0, end_offset: last.start_offset + last.length },
          ...{ from_milliseconds: 0, to_milliseconds: last.to_milliseconds },
          ...{ columns: row.columns, rows: row.rows, removed_at: parts.now(), why: GIVEN_UP },
        })
        .execute()
      const act = { actor, why: GIVEN_UP, of: segments.length, at: parts.now() }
      await parts.writeEntries(tx, removalEntries({ ...row, server_name: null }, segments, act))
    }
    await tx
      .updateTable('recording')
      .set({ state: 'removed', stored_bytes: 0, are_commands_whole: true, closed_at: parts.now() })
      .where('terminal_id', '=', terminalId)
      .execute()
  })
  parts.sealSoon()
  for (const name of [
    piecesName(terminalId, row.blobs),
    snapshotsName(terminalId, row.blobs),
    ...starts.map((start) => liveName(terminalId, start)),
  ])
    await blobs.remove(name)
}

/**
 * An import the server died in has a recording and no terminal: nobody can find it, so nothing of it is kept. Those that were
 * removed before removals were recorded are recorded now.
 *
 * @param isGoingOn of an import that is being read @param before what was closed, or begun, since then is left for the next time
 */
export async function removeOrphans(
  parts: RemoveParts,
  { isGoingOn = () => false, before }: { isGoingOn?: (id: string) => boolean; before?: Date } = {},
): Promise<void> {
  const orphans = await parts.db
    .selectFrom('recording')
    .select(['terminal_id', 'closed_at'])
    .where(({ or, eb, not, exists, selectFrom }) =>
      or([
        eb('state', '!=', 'removed'),
        not(
          exists(
            selectFrom('recording_removal')
              .select('from_no')
              .whereRef('recording_removal.terminal_id', '=', 'recording.terminal_id'),
          ),
        ),
      ]),
    )
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('state', '!=', 'removed'),
        exists(
          selectFrom('recording_segment')
            .select('no')
            .whereRef('recording_segment.terminal_id', '=', 'recording.terminal_id'),
        ),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('terminal').select('terminal.id').whereRef('terminal.id', '=', 'recording.terminal_id'),
        ),
      ),
    )
    .execute()
  const isOld = (id: string, closedAt: Date | null) =>
    before === undefined || (closedAt?.getTime() ?? idTime(id)) < before.getTime()
  for (const { terminal_id, closed_at } of orphans)
    if (!isGoingOn(terminal_id) && isOld(terminal_id, closed_at))
      await removeRecording(parts, terminal_id, system('An import that was given up'))
}
