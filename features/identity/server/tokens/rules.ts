import { sql } from 'kysely'
import type { Bounds } from '../../../../base/common/bounds.ts'
import { baseFaults } from '../../../../base/common/fault.ts'
import { addressesIn } from '../../../../base/server/address.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import { tokenFaults } from '../../common/token-faults.ts'
import type { TokenPorts } from './ports.ts'
import { idsOf } from './rows.ts'

/** Bytes of all lists together as JSON: an entry that shows them before and after must fit into 64 KiB. */
const RULES_BYTES_MAX = 16 * 1024
const NAMED_MAX = 20

export interface Rules extends Bounds {
  readonly addresses: readonly string[]
}

/**
 * Refuses rules that could not be kept or that name what the maker does not see.
 * @returns names of the servers, in the order given
 * @throws token.too_long, token.bad_address, request.not_found
 */
export async function checkRules(ports: TokenPorts, read: Reader, rules: Rules): Promise<string[]> {
  if (Buffer.byteLength(JSON.stringify(rules)) > RULES_BYTES_MAX)
    throw tokenFaults['token.too_long'](RULES_BYTES_MAX)
  for (const address of rules.addresses) {
    try {
      addressesIn([address])
    } catch {
      throw tokenFaults['token.bad_address'](address)
    }
  }
  const names = await ports.serverNames(read, idsOf(rules.servers))
  return rules.servers.map((id) => {
    if (id === '*') return 'every server'
    const name = names.get(id)
    if (name === undefined) throw baseFaults['request.not_found']('server')
    return name
  })
}

/** What stands in an entry: the rules, with servers by the names they have now. */
export const recordedRules = (
  { scopes, commands, paths, addresses }: Rules,
  serverNames: readonly string[],
) => ({
  scopes: [...scopes],
  commands: [...commands],
  servers: serverNames.slice(0, NAMED_MAX),
  serverCount: serverNames.length,
  paths: [...paths],
  addresses: [...addresses],
})

export const named = (names: readonly string[]) => names.slice(0, NAMED_MAX)

/** @throws token.unknown_group naming the first that is not there */
export async function groupNames(read: Reader, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const groups = await read
    .selectFrom('team')
    .select(['id', 'name'])
    .where(sql<boolean>`team.id = any(${ids as string[]}::uuid[])`)
    .orderBy('name')
    .execute()
  const missing = ids.find((id) => !groups.some((group) => group.id === id))
  if (missing !== undefined) throw tokenFaults['token.unknown_group'](missing)
  return groups.map(({ name }) => name)
}

/** @throws token.in_the_past */
export function endOf(expiresAt: string | null | undefined, now: Date): Date | null {
  if (expiresAt === undefined || expiresAt === null) return null
  const end = new Date(expiresAt)
  if (end <= now) throw tokenFaults['token.in_the_past']()
  return end
}
