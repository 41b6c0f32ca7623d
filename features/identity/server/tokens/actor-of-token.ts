import { timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Role } from '../../../../base/common/api.ts'
import type { PathBound } from '../../../../base/common/bounds.ts'
import { type Actor, anonymous } from '../../../../base/server/actor.ts'
import { addressesIn } from '../../../../base/server/address.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { RequestFacts } from '../../../../base/server/endpoint.ts'
import { prepared } from '../../../../base/server/prepared.ts'
import type { PersonStatus } from '../../common/person.ts'
import type { RefusedBecause } from '../../common/token-events.ts'
import type { keepRefusals } from './refusals.ts'
import { hashOf } from './secret.ts'

const TOUCH_SECONDS = 60

export interface TokenLookup {
  readonly db: Kysely<Database>
  readonly now: () => Date
  /** The servers a set of groups gives; asked only for members, since the others see every server. */
  readonly serverIdsOf: (groupIds: readonly string[]) => Promise<readonly string[]>
  readonly refused: ReturnType<typeof keepRefusals>
}

interface FoundToken {
  id: string
  name: string
  secret_hash: Buffer
  scopes: string[]
  commands: string[]
  servers: string[]
  paths: PathBound[]
  addresses: string[]
  expires_at: Date | null
  disabled_at: Date | null
  last_used_at: Date | null
  role: Role
  person_id: string | null
  person_name: string | null
  person_status: PersonStatus | null
  must_change_password: boolean | null
  lacks_factor: boolean | null
  group_ids: string[]
  /** The groups whose record its person sees, as owner or manager, where the workspace grants it. */
  record_group_ids: string[]
  person_ids: string[]
}

/** By the hash of its secret ($1), with everything scope rules compare against. The hash is of 256 random bits: finding it leaks none of them. */
const tokenOf = prepared<FoundToken>(
  'token_of_secret',
  `
  select t.id, t.name, t.secret_hash, t.scopes, t.commands, t.servers, t.paths, t.addresses, t.expires_at, t.disabled_at,
    t.last_used_at, coalesce(t.role, p.role) as role, p.id as person_id, p.name as person_name,
    p.status as person_status, p.must_change_password, g.ids as group_ids,
    (w.second_factor = 'everyone' or w.second_factor = 'admins' and p.role = 'admin')
      and not exists (select from totp where person_id = p.id and confirmed_at is not null)
      and not exists (select from passkey where person_id = p.id)
      and not exists (
        select from single_sign_on o join person_identity i on i.issuer = o.issuer
        where o.enabled and o.trusts_second_factor and i.person_id = p.id) as lacks_factor,
    case when p.role = 'member' and w.group_record then array(
      select team_id from team_member where person_id = p.id and role in ('owner', 'manager')) else '{}' end as record_group_ids,
    case when coalesce(t.role, p.role) = 'member'
      then array(select distinct person_id from team_member where team_id = any(g.ids)) else '{}' end as person_ids
  from token t left join person p on p.id = t.person_id cross join workspace w
  cross join lateral (select case t.kind
    when 'personal' then array(select team_id from team_member where person_id = t.person_id)
    else array(select team_id from token_team where token_id = t.id) end as ids) g
  where t.secret_hash = $1 or t.previous_hash = $1`,
)

/**
 * Who a token acts as, with the bounds it has now. Whatever is wrong with it, the answer is nobody: whoever holds a
 * secret that does not work is not told why; the record is.
 */
export async function actorOfToken(
  lookup: TokenLookup,
  secret: string,
  request: RequestFacts,
): Promise<Actor> {
  const { db, now, serverIdsOf, refused } = lookup
  const hash = hashOf(secret)
  const token = (await db.executeQuery(tokenOf(hash))).rows[0]
  if (token === undefined) return anonymous
  const at = now()
  const person = token.person_id === null ? null : { id: token.person_id, name: token.person_name! }
  const why = refusalOf(token, hash, request.address, at)
  if (why !== undefined) {
    await refused({ id: token.id, name: token.name, person }, why, request)
    return anonymous
  }
  await touch(lookup, token, request.address, at)
  const common = {
    role: token.role,
    groupIds: token.group_ids,
    serverIds: token.role === 'member' ? await serverIdsOf(token.group_ids) : [],
    bounds: boundsOf(token),
  }
  if (person === null)
    return { ...common, id: token.id, name: token.name, kind: 'token', personIds: token.person_ids }
  return {
    ...common,
    ...person,
    kind: 'person',
    via: { id: token.id, name: token.name },
    personIds: [person.id, ...token.person_ids.filter((id) => id !== person.id)],
    ...(token.record_group_ids.length > 0 && {
      recordServerIds: await serverIdsOf(token.record_group_ids),
    }),
    // What keeps its person out keeps it out; a session says more exactly whether its own provider asked for a factor.
    ...(token.must_change_password
      ? { due: 'new-password' as const }
      : token.lacks_factor && { due: 'enrol-factor' as const }),
  }
}

function refusalOf(token: FoundToken, hash: Buffer, address: string, at: Date): RefusedBecause | undefined {
  if (!timingSafeEqual(token.secret_hash, hash)) return 'this secret was replaced'
  if (token.disabled_at !== null) return 'it is disabled'
  if (token.expires_at !== null && token.expires_at <= at) return 'it has expired'
  if (token.person_status !== null && token.person_status !== 'active') return 'its person cannot sign in'
  if (token.addresses.length > 0 && !addressesIn(token.addresses)(address))
    return 'it is not for this address'
  return undefined
}

const boundsOf = ({ scopes, commands, servers, paths }: FoundToken) => ({ scopes, commands, servers, paths })

/** At most once a minute for each token, however many requests come at the same moment. */
async function touch({ db }: TokenLookup, token: FoundToken, address: string, at: Date): Promise<void> {
  const due = new Date(at.getTime() - TOUCH_SECONDS * 1000)
  if (token.last_used_at !== null && token.last_used_at > due) return
  await db
    .updateTable('token')
    .set({ last_used_at: at, last_used_address: address })
    .where('id', '=', token.id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', due)]))
    .execute()
}
