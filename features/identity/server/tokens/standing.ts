import { type Kysely, sql } from 'kysely'
import type { Role } from '../../../../base/common/api.ts'
import type { Bounds, PathBound } from '../../../../base/common/bounds.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { PersonStatus } from '../../common/person.ts'

/** In whose name something was asked for. */
export interface Holder {
  readonly kind: 'person' | 'token'
  readonly id: string
  readonly name: string
  /** The token a person acted through. */
  readonly via?: { readonly id: string; readonly name: string } | undefined
}

/** What somebody may do now; `lapsed` says in words why they may do nothing any more. */
export type Standing =
  | { readonly lapsed: string }
  | {
      readonly lapsed?: undefined
      readonly role: Role
      readonly groupIds: readonly string[]
      /** Missing where they acted in their own session. */
      readonly bounds?: Bounds
    }

interface Row {
  role: Role
  group_ids: string[]
  person_status: PersonStatus | null
  disabled_at: Date | null
  expires_at: Date | null
  scopes: string[]
  commands: string[]
  servers: string[]
  paths: PathBound[]
}

/**
 * For what is due later than it was asked for, when there is no request that would have to prove anything: whether the
 * person can still sign in, and the token still be used.
 */
export async function standingOf(db: Kysely<Database>, holder: Holder, now: Date): Promise<Standing> {
  const gone = `${holder.name} cannot sign in any more`
  const token = holder.kind === 'token' ? holder : holder.via
  if (token === undefined) {
    const person = await personNow(db, holder.id)
    if (person?.status !== 'active') return { lapsed: gone }
    return { role: person.role, groupIds: person.group_ids }
  }
  const row = await tokenNow(db, token.id)
  if (row === undefined) return { lapsed: `the token ${token.name} is not there any more` }
  if (row.disabled_at !== null) return { lapsed: `the token ${token.name} is disabled` }
  if (row.expires_at !== null && row.expires_at <= now)
    return { lapsed: `the token ${token.name} has expired` }
  if (row.person_status !== null && row.person_status !== 'active') return { lapsed: gone }
  const { role, group_ids, scopes, commands, servers, paths } = row
  return { role, groupIds: group_ids, bounds: { scopes, commands, servers, paths } }
}

async function tokenNow(db: Kysely<Database>, id: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    select coalesce(t.role, p.role) as role, p.status as person_status, t.disabled_at, t.expires_at, t.scopes, t.commands,
      t.servers, t.paths, case t.kind
        when 'personal' then array(select team_id from team_member where person_id = t.person_id)
        else array(select team_id from token_team where token_id = t.id) end as group_ids
    from token t left join person p on p.id = t.person_id where t.id = ${id}`.execute(db)
  return rows[0]
}

async function personNow(db: Kysely<Database>, id: string) {
  const { rows } = await sql<{ role: Role; status: PersonStatus; group_ids: string[] }>`
    select role, status, array(select team_id from team_member where person_id = person.id) as group_ids
    from person where id = ${id}`.execute(db)
  return rows[0]
}
