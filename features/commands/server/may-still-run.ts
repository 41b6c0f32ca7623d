import type { Transaction } from 'kysely'
import {
  bendsTheLine,
  isInScope,
  mayRunAnyLine,
  mayRunLine,
  mayUseServer,
} from '../../../base/common/bounds.ts'
import type { Database } from '../../../base/server/database.ts'
import { type Holder, standingOf } from '../../identity/server/index.ts'
import { serverIdsOf } from '../../servers/server/index.ts'
import { commandsApi } from '../common/api.ts'

type Tx = Transaction<Database>

const SUBMIT = 'command.submit'

/** A command that whoever asked for it may not run any more. */
export interface Lapsed {
  readonly id: string
  readonly line: string
  readonly server_id: string
  readonly server_name: string
  /** In words that follow "When it was due,". */
  readonly why: string
}

/** Those of some commands that whoever asked may not run any more: their token or person has ended, or may do less. */
export async function lapsedAmong(tx: Tx, ids: readonly string[], now: Date): Promise<Lapsed[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('command')
    .select(['id', 'line', 'env_names', 'server_id', 'server_name'])
    .select(['operator_id', 'operator_name', 'operator_kind', 'operator_via_id', 'operator_via_name'])
    .where('id', 'in', ids)
    .where('shell', '=', 'system')
    .execute()
  const standings = new Map<string, ReturnType<typeof standingAndReach>>()
  const lapsed: Lapsed[] = []
  for (const row of rows) {
    const holder = holderOf(row)
    if (holder === undefined) continue
    const key = `${holder.id} ${holder.via?.id ?? ''}`
    const standing = standings.get(key) ?? standingAndReach(tx, holder, now)
    standings.set(key, standing)
    const why = refusalOf(row, holder, await standing)
    if (why !== undefined) lapsed.push({ ...row, why })
  }
  return lapsed
}

interface Waiting {
  readonly line: string
  readonly env_names: readonly string[]
  readonly server_id: string
  readonly server_name: string
  readonly operator_id: string | null
  readonly operator_name: string
  readonly operator_kind: string
  readonly operator_via_id: string | null
  readonly operator_via_name: string | null
}

function holderOf(row: Waiting): Holder | undefined {
  const { operator_id: id, operator_name: name, operator_kind: kind } = row
  if (id === null || (kind !== 'person' && kind !== 'token')) return undefined
  const { operator_via_id, operator_via_name } = row
  return {
    ...{ id, name, kind },
    via: operator_via_id === null ? undefined : { id: operator_via_id, name: operator_via_name ?? '' },
  }
}

/** Members reach the servers of their groups, the others every one. */
async function standingAndReach(tx: Tx, holder: Holder, now: Date) {
  const standing = await standingOf(tx, holder, now)
  const isMember = standing.lapsed === undefined && standing.role === 'member'
  return { standing, serverIds: isMember ? await serverIdsOf(tx, standing.groupIds) : undefined }
}

/** In words that follow "When it was due,"; undefined where the command may run. */
function refusalOf(
  row: Waiting,
  { name, via }: Holder,
  { standing, serverIds }: Awaited<ReturnType<typeof standingAndReach>>,
): string | undefined {
  if (standing.lapsed !== undefined) return standing.lapsed
  const { role, bounds } = standing
  if (!([...commandsApi[SUBMIT].allow] as string[]).includes(role))
    return `${name} may not run commands any more`
  if (serverIds && !serverIds.includes(row.server_id))
    return `${name} does not reach ${row.server_name} any more`
  if (bounds === undefined) return undefined
  const token = `the token ${via?.name ?? name}`
  if (!isInScope(bounds.scopes, SUBMIT, 'command')) return `${token} has no scope for commands any more`
  if (!mayUseServer(bounds, row.server_id)) return `${token} may not act on ${row.server_name} any more`
  if (!mayRunLine(bounds, row.line)) return `no rule of ${token} covers the line any more`
  const variable = mayRunAnyLine(bounds) ? undefined : row.env_names.find(bendsTheLine)
  return variable === undefined ? undefined : `${token} may not set ${variable} any more`
}
