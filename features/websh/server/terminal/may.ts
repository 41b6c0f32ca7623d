import { mayRunAnyLine, mayUseServer } from '../../../../base/common/bounds.ts'
import type { Actor } from '../../../../base/server/actor.ts'
import type { Row } from './terminal-row.ts'

type Of = Pick<Row, 'operator_id' | 'server_id'>

/** Whether they may work on a server at all. An auditor looks at records, never at servers. */
export function mayWork(actor: Actor, serverId: string | null): boolean {
  if (serverId === null || actor.due) return false
  if (actor.bounds && !(mayUseServer(actor.bounds, serverId) && mayRunAnyLine(actor.bounds))) return false
  return actor.role === 'admin' || (actor.role === 'member' && actor.serverIds.includes(serverId))
}

/** Whether it is theirs, and they may still work on its server. */
export const mayAttach = (actor: Actor, row: Of): boolean =>
  row.operator_id === actor.id && mayWork(actor, row.server_id)

/** Whether they may look at another's terminal while it happens. */
export function mayWatch(actor: Actor, row: Of): boolean {
  if (row.operator_id === actor.id || row.server_id === null || actor.due || actor.bounds) return false
  if (actor.role === 'admin') return true
  return actor.role === 'member' && (actor.ownedServerIds?.includes(row.server_id) ?? false)
}

/** Whether they may end it. */
export const mayClose = (actor: Actor, row: Of): boolean =>
  mayAttach(actor, row) || (actor.role === 'admin' && !actor.due && !actor.bounds)
