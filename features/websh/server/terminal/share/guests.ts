import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../../../../../base/server/database.ts'
import { AttachClose } from '../../../common/attach.ts'
import { terminalFaults } from '../../../common/terminal-faults.ts'
import type { ViewerFacts } from '../viewer.ts'

export const newSecret = () => randomBytes(32).toString('base64url')
export const secretHash = (secret: string) => createHash('sha256').update(secret).digest()

const SHARE_OVER = { code: AttachClose.forbidden, message: 'This terminal is not shared any more.' }

/** Those who came by a link: each is a row of its share, and nothing else anywhere. */
export class Guests {
  readonly #db: Kysely<Database>
  readonly #now: () => Date

  constructor({ db, now }: { readonly db: Kysely<Database>; readonly now: () => Date }) {
    this.#db = db
    this.#now = now
  }

  /** @throws terminal.share_gone */
  async who(guestId: string) {
    const guest = await this.#find(guestId)
    if (guest === undefined) throw terminalFaults['terminal.share_gone']()
    return {
      mode: 'guest',
      readOnly: guest.read_only,
      name: guest.name,
      personId: null,
      guestId,
      expiresAt: guest.expires_at,
      stillAllowed: async () => ((await this.#find(guestId)) === undefined ? SHARE_OVER : undefined),
    } satisfies Partial<ViewerFacts>
  }

  /** A guest whose share still holds. */
  #find(guestId: string) {
    return this.#db
      .selectFrom('terminal_guest')
      .innerJoin('terminal_share', 'terminal_share.id', 'terminal_guest.share_id')
      .select(['terminal_guest.name', 'read_only', 'expires_at'])
      .where('terminal_guest.id', '=', guestId)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', this.#now())
      .executeTakeFirst()
  }
}
