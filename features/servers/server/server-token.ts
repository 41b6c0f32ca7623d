import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { baseFaults } from '../../../base/common/fault.ts'
import { newId } from '../../../base/common/id.ts'
import { system } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Act } from '../../../base/server/endpoint.ts'
import type { Parts } from '../../../base/server/parts.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { serverEvents } from '../common/events.ts'
import { serverFaults } from '../common/faults.ts'
import type { ServerToken } from '../common/server.ts'
import { groupsNamed } from './groups.ts'

/** Leads every registration token, so that one can be recognized where it should not be. */
export const TOKEN_PREFIX = 'annals_enrol_'

const newToken = () => `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`
const hashOf = (token: string) => createHash('sha256').update(token).digest()

interface TokenAsk {
  readonly name: string
  readonly expiresAt?: string | undefined
  readonly uses?: number | undefined
  readonly groupIds: readonly string[]
}

export const createToken =
  (publicUrl: string) =>
  async ({ tx, read, input, now, record }: Act<TokenAsk, typeof serverEvents>) => {
    const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt)
    if (expiresAt && expiresAt <= now) throw serverFaults['server-token.in_the_past']()
    const groups = await groupsNamed(read, [...new Set(input.groupIds)])
    const token = newToken()
    const id = newId(now.getTime())
    const uses = input.uses ?? null
    const row = { id, name: input.name, created_at: now, expires_at: expiresAt, uses, revoked_at: null }
    await tx
      .insertInto('server_token')
      .values({ ...row, secret_hash: hashOf(token) })
      .execute()
    if (groups.length > 0)
      await tx
        .insertInto('server_token_team')
        .values(groups.map((group) => ({ token_id: id, team_id: group.id })))
        .execute()
    await record('server-token.created', {
      subject: { kind: 'server-token', id, name: input.name },
      data: {
        name: input.name,
        groups: groups.map(({ name }) => name),
        expiresAt: expiresAt?.toISOString() ?? null,
        uses,
      },
    })
    return { id, token, command: `npm run agent -- --url ${publicUrl} --token ${token}` }
  }

/** For the machine the server itself runs on, made without being asked. */
export async function makeLocalToken({ db, now, writeEntry, sealSoon }: Parts): Promise<string> {
  const at = now()
  const expiresAt = new Date(at.getTime() + 3_600_000)
  const row = {
    id: newId(at.getTime()),
    name: 'This machine',
    created_at: at,
    expires_at: expiresAt,
    uses: 1,
  }
  const token = newToken()
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('server_token')
      .values({ ...row, secret_hash: hashOf(token), revoked_at: null })
      .execute()
    await writeEntry(tx, {
      kind: 'server-token.created',
      at,
      actor: system('Annals: local agent'),
      subject: { kind: 'server-token', id: row.id, name: row.name },
      data: { name: row.name, groups: [], expiresAt: expiresAt.toISOString(), uses: 1 },
    })
  })
  sealSoon()
  return token
}

const selectTokens = (read: Reader) =>
  read
    .selectFrom('server_token')
    .select(['id', 'name', 'created_at', 'expires_at', 'uses', 'used_count', 'revoked_at'])

type TokenRow = Awaited<ReturnType<ReturnType<typeof selectTokens>['execute']>>[number]

export async function listTokens(
  read: Reader,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  now: Date,
): Promise<{ items: ServerToken[]; next: string | null }> {
  if (cursor !== undefined && !/^[0-9a-f-]{36}$/.test(cursor))
    throw baseFaults['request.invalid']('the cursor is not one this list gave')
  const rows = await selectTokens(read)
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return { items: await tokensOf(read, shown, now), next: rows.length > limit ? shown.at(-1)!.id : null }
}

export async function revokeToken({
  tx,
  read,
  input,
  now,
  record,
}: Act<{ id: string }, typeof serverEvents>): Promise<ServerToken> {
  const row = await selectTokens(read).where('id', '=', input.id).executeTakeFirst()
  if (!row) throw baseFaults['request.not_found']('registration token')
  const state = stateOf(row, now)
  if (state !== 'active') throw serverFaults['server-token.over'](state)
  await tx.updateTable('server_token').set({ revoked_at: now }).where('id', '=', row.id).execute()
  await record('server-token.revoked', {
    subject: { kind: 'server-token', id: row.id, name: row.name },
    data: { name: row.name, usedCount: row.used_count },
  })
  const [token] = await tokensOf(read, [{ ...row, revoked_at: now }], now)
  return token!
}

/** What a token that was shown may do. Locked, so that two machines do not share its last use. */
export async function findToken(tx: Kysely<Database>, token: string, now: Date) {
  const secretHash = hashOf(token)
  const row = await tx
    .selectFrom('server_token')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .forUpdate()
    .executeTakeFirst()
  if (!row || !timingSafeEqual(row.secret_hash, secretHash)) return undefined
  return { ...row, state: stateOf(row, now) }
}

function stateOf(row: Pick<TokenRow, 'revoked_at' | 'expires_at' | 'uses' | 'used_count'>, now: Date) {
  if (row.revoked_at !== null) return 'revoked' as const
  if (row.expires_at !== null && row.expires_at <= now) return 'expired' as const
  if (row.uses !== null && row.used_count >= row.uses) return 'used up' as const
  return 'active' as const
}

async function tokensOf(read: Reader, rows: readonly TokenRow[], now: Date): Promise<ServerToken[]> {
  if (rows.length === 0) return []
  const groups = await read
    .selectFrom('server_token_team')
    .innerJoin('team', 'team.id', 'server_token_team.team_id')
    .select(['token_id', 'team.id', 'team.name'])
    .where(sql<boolean>`token_id = any(${rows.map(({ id }) => id)}::uuid[])`)
    .orderBy('team.name')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    groups: groups.filter(({ token_id }) => token_id === row.id).map(({ id, name }) => ({ id, name })),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    usesLeft: row.uses === null ? null : Math.max(0, row.uses - row.used_count),
    usedCount: row.used_count,
    state: stateOf(row, now),
  }))
}
