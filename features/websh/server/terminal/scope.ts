import type { Scope } from '../../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const
const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/**
 * A member sees the terminals they opened. What hangs on a terminal is read by the id of one that was seen, never on its
 * own, so its tables show members nothing by themselves. What proves a guest is nobody's to read.
 */
export const terminalScopes = {
  terminal: {
    ...everyone,
    member: (row, actor) => row('terminal.operator_id', '=', actor.id),
  } satisfies Scope<'terminal'>,
  terminal_viewer: { ...everyone, member: 'no row' } satisfies Scope<'terminal_viewer'>,
  terminal_share: nobody satisfies Scope<'terminal_share'>,
  terminal_guest: nobody satisfies Scope<'terminal_guest'>,
  terminal_policy: { ...everyone, member: 'every row' } satisfies Scope<'terminal_policy'>,
}
