import { isOneOf, type Scope } from '../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const
const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/**
 * A member sees the commands they issued, and where the workspace grants it those on the servers of groups they own or
 * manage. What hangs on a command is read by the id of one that was seen, never on
 * its own, so its tables show members nothing by themselves.
 */
export const commandsScopes = {
  command: {
    ...everyone,
    member: (row, actor) => {
      const own = row('command.operator_id', '=', actor.id)
      // Only where there is something to see: an OR, even with nothing behind it, would lead past the index.
      if (!actor.recordServerIds?.length) return own
      return row.or([own, isOneOf('command.server_id', actor.recordServerIds)])
    },
  } satisfies Scope<'command'>,
  command_turn: { ...everyone, member: 'no row' } satisfies Scope<'command_turn'>,
  command_output: { ...everyone, member: 'no row' } satisfies Scope<'command_output'>,
  command_secret: nobody satisfies Scope<'command_secret'>,
}
