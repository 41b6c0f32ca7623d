import { bendsTheLine, mayRunAnyLine, mayRunLine, mayUseServer } from '../../../base/common/bounds.ts'
import type { EventData } from '../../../base/common/event.ts'
import type { Fault } from '../../../base/common/fault.ts'
import type { Act } from '../../../base/server/endpoint.ts'
import { type commandsEvents, shortLine } from '../common/events.ts'
import { commandsFaults } from '../common/faults.ts'

type Denied = EventData<typeof commandsEvents, 'command.denied'>
type Acting = Pick<Act<unknown, typeof commandsEvents>, 'actor' | 'refuse'>
interface ServerAsked {
  readonly id: string
  readonly name: string
}

/**
 * Refuses what a token's rules do not cover, and keeps that in the record. The servers are those the actor sees: one
 * that is hidden was answered as absent before.
 */
export function refuseOutOfBounds(
  { actor: { bounds }, refuse }: Acting,
  servers: readonly ServerAsked[],
  { line, env = {} }: { readonly line: string; readonly env?: Readonly<Record<string, string>> | undefined },
): void {
  if (bounds === undefined) return
  const deny = (fault: Fault, code: Denied['code'], server = servers.length === 1 ? servers[0] : undefined) =>
    refuse(fault, (_tx, record) =>
      record('command.denied', {
        ...(server && { server: { id: server.id, name: server.name } }),
        data: { code, act: 'submit', line: shortLine(line), servers: servers.length },
      }),
    )
  const outside = servers.find(({ id }) => !mayUseServer(bounds, id))
  if (outside)
    deny(commandsFaults['command.server_out_of_bounds'](outside.name), 'server not authorized', outside)
  if (!mayRunLine(bounds, line))
    deny(commandsFaults['command.line_out_of_bounds'](), 'command not authorized')
  const variable = mayRunAnyLine(bounds) ? undefined : Object.keys(env).find(bendsTheLine)
  if (variable !== undefined)
    deny(commandsFaults['command.variable_out_of_bounds'](variable), 'environment not authorized')
}

/** A token ends commands on its servers only, also those its person began elsewhere. */
export function refuseOtherServer(
  { actor: { bounds }, refuse }: Acting,
  command: {
    readonly id: string
    readonly line: string
    readonly server_id: string
    readonly server_name: string
  },
  act: 'cancel' | 'stop',
): void {
  if (bounds === undefined || mayUseServer(bounds, command.server_id)) return
  refuse(commandsFaults['command.server_out_of_bounds'](command.server_name), (_tx, record) =>
    record('command.denied', {
      server: { id: command.server_id, name: command.server_name },
      subject: { kind: 'command', id: command.id },
      data: { code: 'server not authorized', act, line: shortLine(command.line), servers: 1 },
    }),
  )
}
