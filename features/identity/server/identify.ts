import type { Kysely } from 'kysely'
import { baseFaults } from '../../../base/common/fault.ts'
import { type Actor, anonymous } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Parts } from '../../../base/server/parts.ts'
import type { Credentials } from '../../../base/server/serve.ts'
import { actorOfCookie } from './sign-in/sessions.ts'
import { actorOfToken } from './tokens/actor-of-token.ts'
import { keepRefusals } from './tokens/refusals.ts'
import { bearerOf } from './tokens/secret.ts'

type ServerIdsOf = (db: Kysely<Database>, groupIds: readonly string[]) => Promise<readonly string[]>

/**
 * Says who asks, from a session's cookie or a token.
 * @throws request.two_credentials where both are sent: nobody could say in whose name it is meant
 */
export function openIdentify(
  parts: Pick<Parts, 'db' | 'now' | 'writeEntry' | 'sealSoon'>,
  serverIdsOf: ServerIdsOf,
): (credentials: Credentials) => Promise<Actor> {
  const { db, now } = parts
  const servers = (groupIds: readonly string[]) => serverIdsOf(db, groupIds)
  const lookup = { db, now, serverIdsOf: servers, refused: keepRefusals(parts) }
  return async function identify({ cookie, authorization, request }) {
    const bearer = bearerOf(authorization)
    if (bearer === undefined)
      return cookie === undefined ? anonymous : actorOfCookie(db, cookie, now(), servers)
    if (cookie !== undefined) throw baseFaults['request.two_credentials']()
    return bearer === null ? anonymous : actorOfToken(lookup, bearer, request)
  }
}
