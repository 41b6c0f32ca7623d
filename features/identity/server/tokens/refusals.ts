import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { RequestFacts } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { type RefusedBecause, tokenEvents } from '../../common/token-events.ts'

type RefusalParts = Pick<Parts, 'writeEntry' | 'sealSoon' | 'now'> & { readonly db: Kysely<Database> }

interface RefusedToken {
  readonly id: string
  readonly name: string
  readonly person: { readonly id: string; readonly name: string } | null
}

const ENTRY_MILLISECONDS = 60_000
const KEYS_MAX = 10_000

/**
 * The record of secrets that were right and let nobody in. Whoever goes on trying leaves one entry a minute for each
 * token and reason, with the number of tries between them.
 */
export function keepRefusals({ db, writeEntry, sealSoon, now }: RefusalParts) {
  const seen = new Map<string, { at: number; since: number }>()
  return async (token: RefusedToken, why: RefusedBecause, request: RequestFacts): Promise<void> => {
    const key = `${token.id} ${why}`
    const at = now()
    const before = seen.get(key)
    if (before && at.getTime() - before.at < ENTRY_MILLISECONDS) {
      before.since++
      return
    }
    // Newest last, so that the oldest is forgotten first when there are too many.
    seen.delete(key)
    seen.set(key, { at: at.getTime(), since: 0 })
    if (seen.size > KEYS_MAX) seen.delete(seen.keys().next().value!)
    const { id, name, person } = token
    const credential = { id, name }
    await db.transaction().execute((tx) =>
      writeEntry(tx, {
        kind: 'token.refused',
        at,
        actor: person ? { ...person, kind: 'person', via: credential } : { ...credential, kind: 'token' },
        request: { ...request, status: 401 },
        subject: { kind: 'token', id, name },
        data: tokenEvents['token.refused'].data.parse({ name, why, alsoRefused: before?.since ?? 0 }),
      }),
    )
    sealSoon()
  }
}
