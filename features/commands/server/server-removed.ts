import type { Transaction } from 'kysely'
import { system } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import { shortLine } from '../common/events.ts'
import type { Dispatcher } from './dispatch.ts'
import { followers } from './followers.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

const REASON = 'Its server was removed from Annals before it was picked up'
const LOST = 'Its server was removed from Annals while it ran; what became of it is not known'

const unknownOutcome = {
  exitCode: null,
  signal: null,
  errorPhase: 'agent_disconnected',
  elapsedMilliseconds: null,
  stdoutBytes: 0,
  stderrBytes: 0,
  droppedBytes: 0,
  outputSha256: null,
}

/** A server is removed: what it was to do is cancelled, and what it is doing ends without an outcome. */
export const serverRemoved =
  (parts: CommandsParts, dispatcher: Dispatcher) =>
  async (
    tx: Transaction<Database>,
    server: { readonly id: string },
    afterCommit: (react: () => void) => void,
  ) => {
    const now = parts.now()
    const rows = await tx
      .selectFrom('command')
      .select(['id', 'line', 'server_id', 'server_name', 'picked_up_at'])
      .where('server_id', '=', server.id)
      .where('state', 'in', [
        'queued',
        'scheduled',
        'delivered',
        'running',
        'stuck',
        'verifying',
        'awaiting_approval',
      ])
      .forUpdate()
      .execute()
    for (const { id, picked_up_at } of rows) {
      const end = picked_up_at
        ? { state: 'failed' as const, error_phase: 'agent_disconnected' as const, reason: LOST }
        : { state: 'cancelled' as const, reason: REASON }
      await tx
        .updateTable('command')
        .set({ ...end, finished_at: now })
        .where('id', '=', id)
        .execute()
    }
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) await tx.deleteFrom('command_secret').where('command_id', 'in', ids).execute()
    await parts.writeEntries(
      tx,
      rows.map((command) => ({
        at: now,
        actor: system('Annals: server removed'),
        server: { id: command.server_id, name: command.server_name },
        subject: { kind: 'command', id: command.id },
        ...(command.picked_up_at
          ? {
              kind: 'command.finished',
              data: { line: shortLine(command.line), reason: LOST, ...unknownOutcome },
            }
          : { kind: 'command.cancelled', data: { line: shortLine(command.line), reason: REASON } }),
      })),
    )
    const following = await followers(parts, tx, ids, now)
    afterCommit(() => {
      following.afterCommit(dispatcher)
      for (const id of ids) {
        parts.bus.publish(ANY_COMMAND, id)
        parts.bus.publish(oneCommand(id))
      }
    })
  }
