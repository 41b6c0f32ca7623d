import type { Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { JobKind } from '../../../base/server/jobs/jobs.ts'
import { type Dispatchable, type Dispatcher, orderOf } from './dispatch.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

/**
 * Makes waiting commands due: those whose time has come and whose predecessor, if they have one, ended well.
 * @returns what to send after the commit
 */
export async function release(
  tx: Transaction<Database>,
  ids: readonly string[],
  now: Date,
): Promise<Dispatchable[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('command')
    .leftJoin('command as before', 'before.id', 'command.run_after')
    .select(['command.id', 'command.scheduled_at', 'command.due_at', 'before.finished_at'])
    .where('command.id', 'in', ids)
    .where('command.state', '=', 'scheduled')
    .where((eb) => eb.or([eb('command.scheduled_at', 'is', null), eb('command.scheduled_at', '<=', now)]))
    .where((eb) => eb.or([eb('command.run_after', 'is', null), eb('before.state', '=', 'success')]))
    .forUpdate('command')
    .execute()
  const due: Dispatchable[] = []
  for (const { id, due_at, finished_at } of rows) {
    const row = await tx
      .updateTable('command')
      .set({ state: 'queued', due_at: finished_at && finished_at > due_at ? finished_at : due_at })
      .where('id', '=', id)
      .returning(['id', 'server_id', 'line', 'account', 'os_group', 'timeout_seconds', 'submitted_at'])
      .executeTakeFirstOrThrow()
    const secret = await tx
      .selectFrom('command_secret')
      .select('sealed')
      .where('command_id', '=', id)
      .executeTakeFirst()
    due.push({ id, serverId: row.server_id, order: orderOf({ ...row, sealed: secret?.sealed ?? null }) })
  }
  return due
}

/** The chosen time of one command has come. */
export const dueJob = ({ bus }: Pick<CommandsParts, 'bus'>, dispatcher: Dispatcher): JobKind => ({
  run: async (tx, { key }, now) => {
    const due = await release(tx, [key], now)
    return () => {
      dispatcher.send(due)
      for (const { id } of due) {
        bus.publish(ANY_COMMAND, id)
        bus.publish(oneCommand(id))
      }
    }
  },
})
