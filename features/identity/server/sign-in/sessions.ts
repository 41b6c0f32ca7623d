import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import { type Actor, anonymous } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { RequestFacts } from '../../../../base/server/endpoint.ts'
import { prepared } from '../../../../base/server/prepared.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { SignInMethod } from '../../common/person.ts'
import type { Session } from '../../common/sign-in.ts'
import { hashOf } from './places.ts'

const TOUCH_SECONDS = 60
/** Of one person and of each stage, so that what waits for a second factor crowds out nothing; the oldest end. */
const SESSIONS_MAX = 500

interface NewSession {
  readonly personId: string
  readonly stage: 'open' | 'second-factor'
  readonly method: SignInMethod
  readonly lifeSeconds: number
  /** See HowProven. */
  readonly isFactorTrusted?: boolean
  readonly provenAt?: Date | null
}

/** @returns the secret for the cookie; only its hash is kept. */
export async function startSession(
  tx: Kysely<Database>,
  { personId, stage, method, lifeSeconds, isFactorTrusted = false, provenAt }: NewSession,
  request: RequestFacts,
  now: Date,
) {
  const secret = randomBytes(32).toString('base64url')
  const id = newId(now.getTime())
  await tx
    .insertInto('session')
    .values({
      ...{ id, person_id: personId, secret_hash: hashOf(secret), stage, method },
      ...{ created_at: now, seen_at: now, expires_at: new Date(now.getTime() + lifeSeconds * 1000) },
      ...{ address: request.address, client: request.client },
      confirmed_at: stage !== 'open' ? null : provenAt === undefined ? now : provenAt,
      is_factor_trusted: isFactorTrusted,
    })
    .execute()
  return { id, secret }
}

/** Removes what has expired, and the oldest of too many. @returns whether sessions that were open ended by it */
export async function pruneSessions(
  tx: Kysely<Database>,
  personId: string,
  stage: 'open' | 'second-factor',
  now: Date,
): Promise<boolean> {
  await tx.deleteFrom('session').where('person_id', '=', personId).where('expires_at', '<=', now).execute()
  const ended = await tx
    .deleteFrom('session')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('session')
        .select('id')
        .where('person_id', '=', personId)
        .where('stage', '=', stage)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .offset(SESSIONS_MAX),
    )
    .executeTakeFirst()
  return ended.numDeletedRows > 0n
}

interface SessionRow {
  session_id: string
  seen_at: Date
  id: string
  name: string
  role: 'admin' | 'auditor' | 'member'
  must_change_password: boolean
  lacks_factor: boolean
  confirmed_until: Date | null
  group_ids: string[]
  /** The groups whose record they see, as owner or manager, where the workspace grants it. */
  record_group_ids: string[]
  owned_group_ids: string[]
  person_ids: string[]
}

/** By the hash of its secret ($1), at a time ($2). */
const sessionOf = prepared<SessionRow>(
  'session_of_secret',
  `
  select s.id as session_id, s.seen_at, p.id, p.name, p.role, p.must_change_password,
    not s.is_factor_trusted and (w.second_factor = 'everyone' or w.second_factor = 'admins' and p.role = 'admin')
      and not exists (select from totp where person_id = p.id and confirmed_at is not null)
      and not exists (select from passkey where person_id = p.id) as lacks_factor,
    s.confirmed_at + make_interval(secs => w.step_up_seconds) as confirmed_until,
    array(select team_id from team_member where person_id = p.id) as group_ids,
    case when p.role = 'member' and w.group_record then array(
      select team_id from team_member where person_id = p.id and role in ('owner', 'manager')) else '{}' end as record_group_ids,
    case when p.role = 'member' then array(
      select team_id from team_member where person_id = p.id and role = 'owner') else '{}' end as owned_group_ids,
    case when p.role = 'member' then array(
      select distinct other.person_id from team_member mine join team_member other on other.team_id = mine.team_id
      where mine.person_id = p.id) else '{}' end as person_ids
  from session s join person p on p.id = s.person_id cross join workspace w
  where s.secret_hash = $1 and s.stage = 'open' and p.status = 'active' and s.expires_at > $2::timestamptz
    and s.created_at > $2::timestamptz - make_interval(secs => w.session_seconds)
    and s.seen_at > $2::timestamptz - make_interval(secs => w.session_idle_seconds)`,
)

/**
 * Who a cookie belongs to, with everything scope rules compare against, in one query.
 * @param serverIdsOf the servers a set of groups gives; asked only for members, since the others see every server
 */
export async function actorOfCookie(
  db: Kysely<Database>,
  cookie: string | undefined,
  now: Date,
  serverIdsOf: (groupIds: readonly string[]) => Promise<readonly string[]>,
): Promise<Actor> {
  if (cookie === undefined || cookie.length > 100) return anonymous
  const { rows } = await db.executeQuery(sessionOf(hashOf(cookie), now))
  const row = rows[0]
  if (row === undefined) return anonymous
  if (now.getTime() - row.seen_at.getTime() > TOUCH_SECONDS * 1000)
    await db.updateTable('session').set({ seen_at: now }).where('id', '=', row.session_id).execute()
  return {
    id: row.id,
    name: row.name,
    kind: 'person',
    role: row.role,
    groupIds: row.group_ids,
    serverIds: row.role === 'member' ? await serverIdsOf(row.group_ids) : [],
    personIds: [row.id, ...row.person_ids.filter((id) => id !== row.id)],
    ...(row.record_group_ids.length > 0 && { recordServerIds: await serverIdsOf(row.record_group_ids) }),
    ...(row.owned_group_ids.length > 0 && { ownedServerIds: await serverIdsOf(row.owned_group_ids) }),
    sessionId: row.session_id,
    ...(row.must_change_password
      ? { due: 'new-password' as const }
      : row.lacks_factor && { due: 'enrol-factor' as const }),
    ...(row.confirmed_until && { confirmedUntil: row.confirmed_until }),
  }
}

/** @returns how many sessions ended */
export async function endSessions(
  tx: Kysely<Database>,
  personId: string,
  exceptId?: string,
): Promise<number> {
  const ended = await tx
    .deleteFrom('session')
    .where('person_id', '=', personId)
    .$if(exceptId !== undefined, (query) => query.where('id', '!=', exceptId!))
    .executeTakeFirst()
  return Number(ended.numDeletedRows)
}

/** One's own that could still be used, newest first. */
export async function listSessions(
  read: Reader,
  actor: Actor,
  ask: { cursor?: string | undefined; limit: number },
  now: Date,
): Promise<{ items: Session[]; next: string | null }> {
  const { session_seconds, session_idle_seconds } = await read
    .selectFrom('workspace')
    .select(['session_seconds', 'session_idle_seconds'])
    .executeTakeFirstOrThrow()
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const rows = await read
    .selectFrom('session')
    .leftJoin('known_place', 'known_place.first_session_id', 'session.id')
    .select(['session.id', 'session.method', 'session.created_at', 'session.seen_at', 'session.expires_at'])
    .select(['session.address', 'session.client', 'known_place.is_noticed'])
    .where('session.person_id', '=', actor.id)
    .where('session.stage', '=', 'open')
    .where('session.expires_at', '>', now)
    .where('session.created_at', '>', before(session_seconds))
    .where('session.seen_at', '>', before(session_idle_seconds))
    .$if(ask.cursor !== undefined, (query) => query.where('session.id', '<', ask.cursor!))
    .orderBy('session.id', 'desc')
    .limit(ask.limit + 1)
    .execute()
  const items = rows.slice(0, ask.limit).map((row) => ({
    id: row.id,
    isThis: row.id === actor.sessionId,
    method: row.method,
    createdAt: row.created_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    expiresAt: new Date(
      Math.min(row.expires_at.getTime(), row.created_at.getTime() + session_seconds * 1000),
    ).toISOString(),
    address: row.address,
    client: row.client,
    isNewPlace: row.is_noticed === false,
  }))
  return { items, next: rows.length > ask.limit ? items.at(-1)!.id : null }
}
