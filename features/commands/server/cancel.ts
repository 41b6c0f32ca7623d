import type { Selectable } from 'kysely'
import { baseFaults } from '../../../base/common/fault.ts'
import type { Actor } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Act } from '../../../base/server/endpoint.ts'
import { commandCan, statusWords } from '../common/command.ts'
import { type commandsEvents, shortLine } from '../common/events.ts'
import { commandsFaults } from '../common/faults.ts'
import { refuseOtherServer } from './bounds.ts'
import type { Dispatcher } from './dispatch.ts'
import { followers } from './followers.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { commandDetail } from './rows.ts'
import { DUE_JOB } from './submit.ts'

type ById = Act<{ id: string }, typeof commandsEvents>

/** Reads the row as the actor, then locks it: between the two an agent may have picked it up. */
async function lockSeen({ read, tx, input, actor }: ById) {
  const seen = await read
    .selectFrom('command')
    .select(['id', 'operator_id'])
    .where('id', '=', input.id)
    .executeTakeFirst()
  if (seen === undefined) throw baseFaults['request.not_found']('command')
  // Owners and managers of a group may be granted to see its record. That lets them end nothing.
  if (actor.role === 'member' && seen.operator_id !== actor.id) throw commandsFaults['command.not_yours']()
  return tx.selectFrom('command').selectAll().where('id', '=', seen.id).forUpdate().executeTakeFirstOrThrow()
}

const about = (command: Selectable<Database['command']>) => ({
  server: { id: command.server_id, name: command.server_name },
  subject: { kind: 'command', id: command.id },
})

/** A person, and the token they act through. */
const named = ({ name, via }: Actor) => (via ? `${name} via ${via.name}` : name)

export const cancel = (parts: CommandsParts, dispatcher: Dispatcher) => async (act: ById) => {
  const { tx, now, actor, record, announce, afterCommit } = act
  const command = await lockSeen(act)
  refuseOtherServer(act, command, 'cancel')
  if (!commandCan.cancel(command))
    throw commandsFaults['command.already_picked_up'](
      statusWords[command.state].toLowerCase(),
      commandCan.stop(command),
    )
  const line = shortLine(command.line)
  announce(ANY_COMMAND, command.id)
  announce(oneCommand(command.id))

  if (command.state === 'delivered' || dispatcher.isSent(command.id)) {
    // It may be on its way into the agent's memory at this very moment: only the agent can still say no.
    await tx.updateTable('command').set({ cancel_requested_at: now }).where('id', '=', command.id).execute()
    await record('command.cancel-requested', { ...about(command), data: { line } })
    afterCommit(() =>
      dispatcher.end(command.server_id, 'command.cancel', command.id, `cancelled by ${named(actor)}`),
    )
    return commandDetail(parts, act.read, command.id)
  }

  const reason = `Cancelled by ${named(actor)} before it was picked up`
  await tx
    .updateTable('command')
    .set({ state: 'cancelled', reason, finished_at: now, cancel_requested_at: now })
    .where('id', '=', command.id)
    .execute()
  await tx.deleteFrom('command_secret').where('command_id', '=', command.id).execute()
  await parts.jobs.cancel(tx, DUE_JOB, command.id)
  await record('command.cancelled', { ...about(command), data: { line, reason } })
  const ended = await followers(parts, tx, [command.id], now)
  // A copy may have been sent and not yet confirmed: the agent then learns that it is not wanted.
  afterCommit(() => dispatcher.end(command.server_id, 'command.cancel', command.id, reason))
  afterCommit(() => ended.afterCommit(dispatcher))
  return commandDetail(parts, act.read, command.id)
}

export const stop = (parts: CommandsParts, dispatcher: Dispatcher) => async (act: ById) => {
  const { tx, now, actor, record, announce, afterCommit } = act
  const command = await lockSeen(act)
  refuseOtherServer(act, command, 'stop')
  if (!commandCan.stop(command))
    throw commandsFaults['command.not_running'](
      statusWords[command.state].toLowerCase(),
      commandCan.cancel(command),
    )
  await tx.updateTable('command').set({ stop_requested_at: now }).where('id', '=', command.id).execute()
  await record('command.stop-requested', {
    ...about(command),
    data: { line: shortLine(command.line) },
  })
  announce(ANY_COMMAND, command.id)
  announce(oneCommand(command.id))
  afterCommit(() =>
    dispatcher.end(command.server_id, 'command.stop', command.id, `asked for by ${named(actor)}`),
  )
  return commandDetail(parts, act.read, command.id)
}
