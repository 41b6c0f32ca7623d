import type { Scope } from '../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const
const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/**
 * A member sees the commands they issued. What hangs on a command is read by the id of one that was seen, never on
 * its own, so its tables show members nothing by themselves.
 */
export const commandsScopes = {
  command: {
    ...everyone,
    member: (row, actor) => row('command.operator_id', '=', actor.id),
  } satisfies Scope<'command'>,
  command_turn: { ...everyone, member: 'no row' } satisfies Scope<'command_turn'>,
  command_output: { ...everyone, member: 'no row' } satisfies Scope<'command_output'>,
  command_secret: nobody satisfies Scope<'command_secret'>,
}
