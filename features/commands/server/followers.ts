import type { Transaction } from 'kysely'
import { system } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import { shortLine } from '../common/events.ts'
import type { Dispatchable, Dispatcher } from './dispatch.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { release } from './release.ts'

export interface Followers {
  readonly afterCommit: (dispatcher: Dispatcher) => void
}

const reasons: Readonly<Record<string, string>> = {
  failed: 'The command it was to run after failed',
  cancelled: 'The command it was to run after was cancelled',
  rejected: 'The command it was to run after was refused',
}

/**
 * What waited for commands that have just ended: started where those ended well, cancelled where not, and so on down
 * the chain. Part of the transaction that ended them.
 */
export async function followers(
  parts: Pick<CommandsParts, 'bus' | 'writeEntries'>,
  tx: Transaction<Database>,
  endedIds: readonly string[],
  now: Date,
): Promise<Followers> {
  const { bus, writeEntries } = parts
  const due: Dispatchable[] = []
  const changed: string[] = []
  for (let ended = endedIds; ended.length > 0; ) {
    const waiting = await tx
      .selectFrom('command')
      .innerJoin('command as before', 'before.id', 'command.run_after')
      .select([
        'command.id',
        'command.server_id',
        'command.server_name',
        'command.line',
        'before.state as outcome',
      ])
      .where('command.run_after', 'in', ended)
      .where('command.state', '=', 'scheduled')
      .execute()
    const released = await release(
      parts,
      tx,
      waiting.filter(({ outcome }) => outcome === 'success').map(({ id }) => id),
      now,
    )
    due.push(...released.due)
    const lost = waiting.filter(({ outcome }) => reasons[outcome] !== undefined)
    for (const { id, outcome } of lost)
      await tx
        .updateTable('command')
        .set({ state: 'cancelled', finished_at: now, reason: reasons[outcome]! })
        .where('id', '=', id)
        .execute()
    const lostIds = lost.map(({ id }) => id)
    if (lostIds.length > 0) await tx.deleteFrom('command_secret').where('command_id', 'in', lostIds).execute()
    await writeEntries(
      tx,
      lost.map((command) => ({
        kind: 'command.cancelled',
        at: now,
        actor: system('Annals: run after'),
        server: { id: command.server_id, name: command.server_name },
        subject: { kind: 'command', id: command.id },
        data: { line: shortLine(command.line), reason: reasons[command.outcome]! },
      })),
    )
    ended = [...lostIds, ...released.withheldIds]
    changed.push(...released.due.map(({ id }) => id), ...ended)
  }
  return {
    afterCommit: (dispatcher) => {
      dispatcher.send(due)
      for (const id of changed) {
        bus.publish(ANY_COMMAND, id)
        bus.publish(oneCommand(id))
      }
    },
  }
}
