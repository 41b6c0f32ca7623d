import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import { type Actor, anonymous } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { RequestFacts } from '../../../../base/server/endpoint.ts'

export const SESSION_SECONDS = 7 * 24 * 3600
const TOUCH_SECONDS = 60

const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

/** @returns the secret for the cookie; only its hash is kept. */
export async function startSession(tx: Kysely<Database>, personId: string, request: RequestFacts, now: Date) {
  const secret = randomBytes(32).toString('base64url')
  const id = newId(now.getTime())
  await tx
    .insertInto('session')
    .values({
      id,
      person_id: personId,
      secret_hash: hashOf(secret),
      created_at: now,
      seen_at: now,
      expires_at: new Date(now.getTime() + SESSION_SECONDS * 1000),
      address: request.address,
      client: request.client,
      confirmed_at: now,
    })
    .execute()
  return { id, secret }
}

interface SessionRow {
  session_id: string
  seen_at: Date
  id: string
  name: string
  role: 'admin' | 'auditor' | 'member'
  must_change_password: boolean
  confirmed_until: Date | null
  group_ids: string[]
  person_ids: string[]
}

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
  const { rows } = await sql<SessionRow>`
    select s.id as session_id, s.seen_at, p.id, p.name, p.role, p.must_change_password,
      s.confirmed_at + make_interval(secs => w.step_up_seconds) as confirmed_until,
      array(select team_id from team_member where person_id = p.id) as group_ids,
      case when p.role = 'member' then array(
        select distinct other.person_id from team_member mine join team_member other on other.team_id = mine.team_id
        where mine.person_id = p.id) else '{}' end as person_ids
    from session s join person p on p.id = s.person_id cross join workspace w
    where s.secret_hash = ${hashOf(cookie)} and s.stage = 'open' and p.status = 'active' and s.expires_at > ${now}
      and s.seen_at > ${now}::timestamptz - make_interval(secs => w.session_idle_seconds)`.execute(db)
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
    sessionId: row.session_id,
    ...(row.must_change_password && { due: 'new-password' }),
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
