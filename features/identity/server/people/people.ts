import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { Person } from '../../common/person.ts'

type PersonRow = Pick<Selectable<Database['person']>, (typeof shown)[number]>

const shown = ['id', 'username', 'name', 'role', 'account', 'created_at', 'last_sign_in_at'] as const

export const personOf = (row: PersonRow): Person => ({
  id: row.id,
  username: row.username,
  name: row.name,
  role: row.role,
  account: row.account,
  createdAt: row.created_at.toISOString(),
  lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
})

export async function listPeople(
  read: Reader,
  ask: { cursor?: string | undefined; limit: number; text?: string | undefined },
) {
  const rows = await read
    .selectFrom('person')
    .select(shown)
    .$if(ask.text !== undefined, (query) =>
      query.where((eb) =>
        eb.or([eb('username', 'ilike', contains(ask.text!)), eb('name', 'ilike', contains(ask.text!))]),
      ),
    )
    .$if(ask.cursor !== undefined, (query) => query.where('username', '>', ask.cursor!))
    .orderBy('username')
    .limit(ask.limit + 1)
    .execute()
  const items = rows.slice(0, ask.limit).map(personOf)
  return { items, next: rows.length > ask.limit ? items.at(-1)!.username : null }
}

/** A LIKE pattern that finds the text wherever it stands, with its own wildcards taken literally. */
export const contains = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

export const findPerson = (read: Reader, id: string) =>
  read.selectFrom('person').select(shown).where('id', '=', id).executeTakeFirst()

export const countAdmins = async (tx: Kysely<Database>) =>
  (await tx.selectFrom('person').select('id').where('role', '=', 'admin').forUpdate().execute()).length
