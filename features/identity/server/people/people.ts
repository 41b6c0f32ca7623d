import { type Selectable, sql } from 'kysely'
import { baseFaults } from '../../../../base/common/fault.ts'
import type { Actor } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { Person, PersonDetail, PersonRow, PersonStatus, Preferences } from '../../common/person.ts'
import { linksOf } from './links.ts'

type Row = Pick<Selectable<Database['person']>, (typeof shown)[number]>
type ListedRow = Pick<Selectable<Database['person']>, (typeof listed)[number]>

const shown = ['id', 'username', 'name', 'role', 'account', 'created_at', 'last_sign_in_at'] as const
const listed = [...shown, 'status', 'email'] as const

export const personOf = (row: Row): Person => ({
  id: row.id,
  username: row.username,
  name: row.name,
  role: row.role,
  account: row.account,
  createdAt: row.created_at.toISOString(),
  lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
})

/** @param groupCount of the groups the reader sees */
export const rowOf = (row: ListedRow, groupCount: number, actor: Actor): PersonRow => ({
  ...personOf(row),
  status: row.status,
  email: actor.role === 'member' && row.id !== actor.id ? null : row.email,
  groupCount,
})

interface ListAsk {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly text?: string | undefined
  readonly status?: PersonStatus | 'any' | undefined
  readonly role?: Person['role'] | undefined
}

const cursorShape = /^([a-z0-9._-]{1,63})\/([0-9a-f-]{36})$/

/** By username; someone removed may have had the one somebody else has now, so the id decides between them. */
export async function listPeople(read: Reader, ask: ListAsk, actor: Actor) {
  const after = ask.cursor === undefined ? undefined : cursorShape.exec(ask.cursor)
  if (after === null) throw baseFaults['request.invalid']('cursor: it is not one of this list')
  const rows = await read
    .selectFrom('person')
    .select(listed)
    .$if(ask.text !== undefined, (query) =>
      query.where((eb) =>
        eb.or([eb('username', 'ilike', contains(ask.text!)), eb('name', 'ilike', contains(ask.text!))]),
      ),
    )
    .$if(ask.status === undefined, (query) => query.where('status', '<>', 'removed'))
    .$if(ask.status !== undefined && ask.status !== 'any', (query) =>
      query.where('status', '=', ask.status as PersonStatus),
    )
    .$if(ask.role !== undefined, (query) => query.where('role', '=', ask.role!))
    .$if(after !== undefined, (query) =>
      query.where((eb) => eb(eb.refTuple('username', 'id'), '>', eb.tuple(after![1]!, after![2]!))),
    )
    .orderBy('username')
    .orderBy('id')
    .limit(ask.limit + 1)
    .execute()
  const page = rows.slice(0, ask.limit)
  const counts = await groupCounts(
    read,
    page.map(({ id }) => id),
  )
  const last = page.at(-1)
  return {
    items: page.map((row) => rowOf(row, counts.get(row.id) ?? 0, actor)),
    next: rows.length > ask.limit ? `${last!.username}/${last!.id}` : null,
  }
}

async function groupCounts(read: Reader, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await read
    .selectFrom('team_member')
    .select(['person_id', sql<number>`count(*)::int`.as('groups')])
    .where('person_id', 'in', [...ids])
    .groupBy('person_id')
    .execute()
  return new Map(rows.map(({ person_id, groups }) => [person_id, groups]))
}

/** A LIKE pattern that finds the text wherever it stands, with its own wildcards taken literally. */
export const contains = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

export const findPerson = (read: Reader, id: string) =>
  read.selectFrom('person').select(listed).where('id', '=', id).executeTakeFirst()

export const preferencesOf = async (read: Reader, id: string): Promise<Preferences> =>
  (await read.selectFrom('person').select('preferences').where('id', '=', id).executeTakeFirstOrThrow())
    .preferences

/** @throws request.not_found, for whom one may not see and for nobody alike */
export async function personDetail(
  read: Reader,
  id: string,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
): Promise<PersonDetail> {
  const person = await findPerson(read, id)
  if (person === undefined) throw baseFaults['request.not_found']('person')
  const groups = await groupsOf(read, person.id)
  return { ...rowOf(person, groups.length, actor), groups, links: await linksOf(read, person.id, now) }
}

/** The groups somebody is in, as far as the reader may see that. */
export const groupsOf = (read: Reader, personId: string) =>
  read
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .select(['team.id', 'team.name', 'team_member.role'])
    .where('person_id', '=', personId)
    .orderBy('team.name')
    .execute()
