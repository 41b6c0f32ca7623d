import { sql } from 'kysely'
import { baseFaults } from '../../../../base/common/fault.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { Token, TokenKind, TokenState } from '../../common/token.ts'
import { contains } from '../people/people.ts'
import type { TokenPorts } from './ports.ts'

/** The person by left join: a token keeps its row whatever the reader sees of people. */
export const selectTokens = (read: Reader) =>
  read
    .selectFrom('token')
    .leftJoin('person', 'person.id', 'token.person_id')
    .select([
      'token.id',
      'kind',
      'token.name',
      'token.role',
      'person_id',
      'person.name as person_name',
      'person.status as person_status',
      'scopes',
      'commands',
      'servers',
      'paths',
      'addresses',
      'token.created_at',
      'created_by_id',
      'created_by_name',
      'expires_at',
      'rotated_at',
      'disabled_at',
      'disabled_by_id',
      'disabled_by_name',
      'last_used_at',
      'last_used_address',
    ])

export type TokenRow = Awaited<ReturnType<ReturnType<typeof selectTokens>['execute']>>[number]

/** @throws request.not_found, for what is not there and what may not be seen alike */
export async function findToken(read: Reader, id: string): Promise<TokenRow> {
  const row = await selectTokens(read).where('token.id', '=', id).executeTakeFirst()
  if (row === undefined) throw baseFaults['request.not_found']('token')
  return row
}

interface ListAsk {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly kind?: TokenKind | undefined
  readonly state?: TokenState | undefined
  readonly personId?: string | undefined
  readonly text?: string | undefined
}

const idShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function listTokens(ports: TokenPorts, read: Reader, ask: ListAsk, now: Date) {
  const { cursor, kind, personId, text, state } = ask
  if (cursor !== undefined && !idShape.test(cursor))
    throw baseFaults['request.invalid']('the cursor is not one this list gave')
  const rows = await selectTokens(read)
    .$if(cursor !== undefined, (query) => query.where('token.id', '<', cursor!))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind!))
    .$if(personId !== undefined, (query) => query.where('person_id', '=', personId!))
    .$if(text !== undefined, (query) => query.where('token.name', 'ilike', contains(text!)))
    .$if(state !== undefined, (query) => query.where(stateAt(now), '=', state!))
    .orderBy('token.id', 'desc')
    .limit(ask.limit + 1)
    .execute()
  const shown = rows.slice(0, ask.limit)
  return {
    items: await tokensOf(ports, read, shown, now),
    next: rows.length > ask.limit ? shown.at(-1)!.id : null,
  }
}

/** The same words as `stateOf`, in SQL. */
const stateAt = (now: Date) => sql<TokenState>`case
  when disabled_at is not null then 'disabled'
  when expires_at <= ${now} then 'expired'
  when person.status <> 'active' then 'suspended'
  else 'active' end`

export function stateOf(
  row: Pick<TokenRow, 'disabled_at' | 'expires_at' | 'person_status'>,
  now: Date,
): TokenState {
  if (row.disabled_at !== null) return 'disabled'
  if (row.expires_at !== null && row.expires_at <= now) return 'expired'
  return row.person_status === null || row.person_status === 'active' ? 'active' : 'suspended'
}

/** Rows as answers: with the names of groups and servers the reader sees. */
export async function tokensOf(
  { serverNames }: TokenPorts,
  read: Reader,
  rows: readonly TokenRow[],
  now: Date,
): Promise<Token[]> {
  if (rows.length === 0) return []
  const groups = await read
    .selectFrom('token_team')
    .innerJoin('team', 'team.id', 'token_team.team_id')
    .select(['token_id', 'team.id', 'team.name'])
    .where(sql<boolean>`token_team.token_id = any(${rows.map(({ id }) => id)}::uuid[])`)
    .orderBy('team.name')
    .execute()
  const groupsByToken = Map.groupBy(groups, ({ token_id }) => token_id)
  const names = await serverNames(read, [...new Set(rows.flatMap(({ servers }) => idsOf(servers)))])
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    person:
      row.person_id === null ? null : { id: row.person_id, name: row.person_name ?? row.created_by_name },
    role: row.role,
    groups: (groupsByToken.get(row.id) ?? []).map(({ id, name }) => ({ id, name })),
    scopes: row.scopes,
    commands: row.commands,
    servers: row.servers,
    serverNames: idsOf(row.servers).flatMap((id) => {
      const name = names.get(id)
      return name === undefined ? [] : [{ id, name }]
    }),
    paths: row.paths,
    addresses: row.addresses,
    state: stateOf(row, now),
    createdAt: row.created_at.toISOString(),
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    expiresAt: row.expires_at?.toISOString() ?? null,
    rotatedAt: row.rotated_at?.toISOString() ?? null,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    disabledBy:
      row.disabled_by_id === null ? null : { id: row.disabled_by_id, name: row.disabled_by_name ?? '' },
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedAddress: row.last_used_address,
  }))
}

export const idsOf = (servers: readonly string[]) => servers.filter((id) => id !== '*')
