import type { Transaction } from 'kysely'
import { system } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import { commandsEvents, shortLine } from '../common/events.ts'
import { type Lapsed, lapsedAmong } from './may-still-run.ts'
import type { CommandsParts } from './parts.ts'

type Tx = Transaction<Database>
type WithholdParts = Pick<CommandsParts, 'writeEntries'>

const watch = system('Annals: due commands')

/**
 * Looks at commands that are about to go out, though they were asked for earlier, and rejects those that whoever asked may
 * not run any more: what ends a token or a person also ends what waits in their name.
 * @returns the ids of the rejected ones. The rows are the caller's to lock, and what follows them to cancel.
 */
export async function withhold(
  { writeEntries }: WithholdParts,
  tx: Tx,
  ids: readonly string[],
  now: Date,
): Promise<string[]> {
  const refused = (await lapsedAmong(tx, ids, now)).map((row) => ({ row, reason: reasonOf('due', row) }))
  if (refused.length === 0) return []
  for (const { row, reason } of refused)
    await tx
      .updateTable('command')
      .set({ state: 'rejected', reason, finished_at: now })
      .where('id', '=', row.id)
      .execute()
  const refusedIds = refused.map(({ row }) => row.id)
  await tx.deleteFrom('command_secret').where('command_id', 'in', refusedIds).execute()
  await writeEntries(
    tx,
    refused.map(({ row, reason }) => ({
      ...about(row, now),
      kind: 'command.withheld',
      data: commandsEvents['command.withheld'].data.parse({ line: shortLine(row.line), reason }),
    })),
  )
  return refusedIds
}

/**
 * The same for commands that were sent and never confirmed. Whether the agent has one already only the agent knows: to
 * reject it here could make the record say that it did not run of what did. So it is not sent again, and the agent is
 * to be asked not to start it; what it answers ends the row.
 * @returns the ids of those to ask about, with why. The rows are the caller's to lock.
 */
export async function takeBack(
  { writeEntries }: WithholdParts,
  tx: Tx,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, string>> {
  const refused = (await lapsedAmong(tx, ids, now)).map((row) => ({
    row,
    reason: reasonOf('to be sent again', row),
  }))
  for (const { row, reason } of refused)
    await tx
      .updateTable('command')
      .set({ cancel_requested_at: now, reason })
      .where('id', '=', row.id)
      .execute()
  if (refused.length > 0)
    await writeEntries(
      tx,
      refused.map(({ row, reason }) => ({
        ...about(row, now),
        kind: 'command.cancel-requested',
        data: commandsEvents['command.cancel-requested'].data.parse({ line: shortLine(row.line), reason }),
      })),
    )
  return new Map(refused.map(({ row, reason }) => [row.id, reason]))
}

const reasonOf = (when: string, { why }: Lapsed) => `When it was ${when}, ${why}`.slice(0, 400)

const about = (row: Lapsed, at: Date) => ({
  at,
  actor: watch,
  server: { id: row.server_id, name: row.server_name },
  subject: { kind: 'command', id: row.id },
})
