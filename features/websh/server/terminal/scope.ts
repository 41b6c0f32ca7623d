import { isOneOf, type Scope } from '../../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const
const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/**
 * A member sees the terminals they opened, open ones on servers of groups they own, and where the workspace grants it all of
 * servers whose groups they own or manage. What hangs on a terminal is read by the id of one that was seen, never on its own,
 * so its tables show members nothing by themselves. What proves a guest is nobody's to read.
 */
export const terminalScopes = {
  terminal: {
    ...everyone,
    member: (row, actor) => {
      const own = row('terminal.operator_id', '=', actor.id)
      // Only where there is something to see: an OR, even with nothing behind it, would lead past the index.
      const rules = [own]
      if (actor.recordServerIds?.length)
        rules.push(row.and([isOneOf('terminal.server_id', actor.recordServerIds)]))
      if (actor.ownedServerIds?.length)
        rules.push(
          row.and([
            isOneOf('terminal.server_id', actor.ownedServerIds),
            row('terminal.status', 'in', ['opening', 'live']),
          ]),
        )
      return rules.length === 1 ? own : row.or(rules)
    },
  } satisfies Scope<'terminal'>,
  terminal_viewer: { ...everyone, member: 'no row' } satisfies Scope<'terminal_viewer'>,
  terminal_share: nobody satisfies Scope<'terminal_share'>,
  terminal_guest: nobody satisfies Scope<'terminal_guest'>,
  terminal_policy: { ...everyone, member: 'every row' } satisfies Scope<'terminal_policy'>,
}
