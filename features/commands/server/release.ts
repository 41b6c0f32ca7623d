import type { Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { type Dispatchable, orderOf } from './dispatch.ts'
import type { CommandsParts } from './parts.ts'
import { withhold } from './withhold.ts'

export interface Released {
  /** What to send after the commit. */
  readonly due: readonly Dispatchable[]
  /** Rejected, because whoever asked for them may not run them any more: what waits for them is the caller's to end. */
  readonly withheldIds: readonly string[]
}

/** Makes waiting commands due: those whose time has come and whose predecessor, if they have one, ended well. */
export async function release(
  parts: Pick<CommandsParts, 'writeEntries'>,
  tx: Transaction<Database>,
  ids: readonly string[],
  now: Date,
): Promise<Released> {
  if (ids.length === 0) return { due: [], withheldIds: [] }
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
  const withheldIds = await withhold(
    parts,
    tx,
    rows.map(({ id }) => id),
    now,
  )
  const due: Dispatchable[] = []
  for (const { id, due_at, finished_at } of rows.filter((row) => !withheldIds.includes(row.id))) {
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
  return { due, withheldIds }
}
