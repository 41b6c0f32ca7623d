import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { SessionCookies } from '../../../../base/server/endpoint.ts'

/** Browsers keep no cookie longer. */
const DEVICE_SECONDS = 400 * 24 * 3600
const PLACES_MAX = 100

export const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

/** The device cookie that came along, as it is kept; undefined when it cannot be one. */
export const deviceHashOf = ({ device }: Pick<SessionCookies, 'device'>): Buffer | undefined =>
  device !== undefined && /^[\w-]{43}$/.test(device) ? hashOf(device) : undefined

interface SignedIn {
  readonly tx: Kysely<Database>
  readonly personId: string
  readonly sessionId: string
  readonly address: string
  readonly client: string
  readonly session: SessionCookies
  readonly now: Date
}

/**
 * Keeps from where a person signed in, and marks the browser.
 * @returns whether that is worth telling them: never seen from there, though seen elsewhere before
 */
export async function rememberPlace(signedIn: SignedIn): Promise<{ isNew: boolean; isKnownDevice: boolean }> {
  const { tx, personId, address, client, now, session } = signedIn
  const places = await tx
    .selectFrom('known_place')
    .select(['id', 'address', 'client', 'device_hash'])
    .where('person_id', '=', personId)
    .orderBy('last_seen_at', 'desc')
    .execute()
  const cameWith = deviceHashOf(session)
  // A browser that several people share keeps the cookie it has.
  const isOurs =
    cameWith !== undefined &&
    (await tx
      .selectFrom('known_place')
      .select('id')
      .where('device_hash', '=', cameWith)
      .executeTakeFirst()) !== undefined
  const secret = isOurs ? session.device! : randomBytes(32).toString('base64url')
  session.keepDevice(secret, DEVICE_SECONDS)
  const device_hash = hashOf(secret)
  const isKnownDevice = isOurs && places.some((place) => place.device_hash.equals(device_hash))
  const here = places.find((place) => place.address === address && place.client === client)
  if (here) {
    await tx
      .updateTable('known_place')
      .set({ last_seen_at: now, device_hash })
      .where('id', '=', here.id)
      .execute()
    return { isNew: false, isKnownDevice }
  }
  const isNew = places.length > 0
  const oldest = places.slice(PLACES_MAX - 1).map(({ id }) => id)
  if (oldest.length > 0) await tx.deleteFrom('known_place').where('id', 'in', oldest).execute()
  await tx
    .insertInto('known_place')
    .values({
      ...{ id: newId(now.getTime()), person_id: personId, address, client, device_hash },
      ...{ first_seen_at: now, last_seen_at: now, first_session_id: signedIn.sessionId, is_noticed: !isNew },
    })
    .execute()
  return { isNew, isKnownDevice }
}

const NAMES_MAX = 101

/** Usernames of those who signed in from an address in the last 90 days; at most 101. */
export async function namesKnownAt(db: Kysely<Database>, address: string, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('known_place')
    .innerJoin('person', 'person.id', 'known_place.person_id')
    .select('username')
    .distinct()
    .where('address', '=', address)
    .where('last_seen_at', '>', new Date(now.getTime() - 90 * 24 * 3600 * 1000))
    .limit(NAMES_MAX)
    .execute()
  return rows.map(({ username }) => username)
}
