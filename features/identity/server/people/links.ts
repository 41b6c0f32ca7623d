import { createHash, randomBytes } from 'node:crypto'
import type { Selectable, Transaction } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { PersonLink } from '../../common/person.ts'

type Row = Selectable<Database['person_link']>

const SHOWN_MAX = 20
/** An invitation may lie in a mailbox over a weekend; who asked for a reset is waiting for it. */
const lifeSeconds = { invitation: 7 * 24 * 3600, 'password-reset': 24 * 3600 } as const

const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

export interface MadeLink {
  readonly id: string
  /** 256 bits, base64url; only its hash is kept. */
  readonly secret: string
  readonly expiresAt: Date
  /** How many older ones it replaced. */
  readonly ended: number
}

/** A new link; what was open before ends, so that there is never more than one. */
export async function makeLink(
  tx: Transaction<Database>,
  { personId, purpose, by, now }: { personId: string; purpose: Row['purpose']; by: string; now: Date },
): Promise<MadeLink> {
  const ended = await endLinks(tx, personId, now)
  const secret = randomBytes(32).toString('base64url')
  const id = newId(now.getTime())
  const expiresAt = new Date(now.getTime() + lifeSeconds[purpose] * 1000)
  await tx
    .insertInto('person_link')
    .values({
      id,
      person_id: personId,
      purpose,
      secret_hash: hashOf(secret),
      created_at: now,
      expires_at: expiresAt,
      created_by: by,
      used_at: null,
      withdrawn_at: null,
      mail_to: null,
      mail_state: null,
      mail_at: null,
      mail_problem: null,
    })
    .execute()
  return { id, secret, expiresAt, ended }
}

/** Withdraws what is open. @returns how many there were */
export async function endLinks(tx: Transaction<Database>, personId: string, now: Date): Promise<number> {
  const ended = await tx
    .updateTable('person_link')
    .set({ withdrawn_at: now })
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return Number(ended.numUpdatedRows)
}

/** The open link of a secret, with its person. undefined for every reason alike. */
export async function findOpenLink(
  reader: Pick<Transaction<Database>, 'selectFrom'>,
  secret: string,
  now: Date,
) {
  const found = await reader
    .selectFrom('person_link')
    .innerJoin('person', 'person.id', 'person_link.person_id')
    .select(['person_link.id', 'purpose', 'expires_at', 'person_id', 'name', 'username', 'email', 'status'])
    .where('secret_hash', '=', hashOf(secret))
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  const due = found?.purpose === 'invitation' ? 'invited' : 'active'
  return found?.status === due ? found : undefined
}

/** Newest first; those that readers of this role see. */
export async function linksOf(read: Reader, personId: string, now: Date): Promise<PersonLink[]> {
  const rows = await read
    .selectFrom('person_link')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('id', 'desc')
    .limit(SHOWN_MAX)
    .execute()
  return rows.map((row) => linkOf(row, now))
}

const linkOf = (row: Row, now: Date): PersonLink => ({
  id: row.id,
  purpose: row.purpose,
  state: stateOf(row, now),
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  createdBy: row.created_by,
  mail:
    row.mail_state === null
      ? null
      : {
          to: row.mail_to ?? '',
          state: row.mail_state,
          at: (row.mail_at ?? row.created_at).toISOString(),
          problem: row.mail_problem,
        },
})

export function stateOf(
  row: Pick<Row, 'used_at' | 'withdrawn_at' | 'expires_at'>,
  now: Date,
): PersonLink['state'] {
  if (row.used_at !== null) return 'used'
  if (row.withdrawn_at !== null) return 'withdrawn'
  return row.expires_at <= now ? 'expired' : 'open'
}
