import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Fault } from '../../../../../base/common/fault.ts'
import { newId } from '../../../../../base/common/id.ts'
import type { Database } from '../../../../../base/server/database.ts'
import { type Act, inTwoSteps } from '../../../../../base/server/endpoint.ts'
import { isPassword } from '../../../../identity/server/index.ts'
import { isOpen } from '../../../common/terminal.ts'
import type { terminalApi } from '../../../common/terminal-api.ts'
import type { terminalEvents } from '../../../common/terminal-events.ts'
import { terminalFaults } from '../../../common/terminal-faults.ts'
import type { TerminalParts } from '../parts.ts'
import { aboutRow, type Row } from '../terminal-row.ts'
import type { Tickets } from '../tickets.ts'
import { newSecret, secretHash } from './guests.ts'

type Join = Act<z.output<(typeof terminalApi)['terminal.join']['in']>, typeof terminalEvents>
type Rejoin = Act<{ guest: string }, typeof terminalEvents>

const GUESTS_MAX = 20
/** From the fifth wrong password on one has to wait: a second, then twice as long each time. */
const FREE_FAILURES = 4
const LOCK_SECONDS_MAX = 300

interface JoinParts extends TerminalParts {
  readonly tickets: Tickets
}

export const join = (parts: JoinParts) =>
  inTwoSteps(
    // Hashing takes long: outside of the transaction. Where there is nothing to compare with, it takes as long.
    async ({ input, request, now }: Pick<Join, 'input' | 'request' | 'now'>) => {
      const share = await findShare(parts.db, input.secret, now)
      if (share === undefined || share.password_hash === null || input.password === undefined) return false
      if (share.locked_until && share.locked_until > now) return false
      return isPassword(input.password, share.password_hash, { address: request.address, isKnown: false })
    },
    async (act: Join, isRight: boolean) => {
      const { input, tx, now, request, record } = act
      const share = await findShare(tx, input.secret, now, 'lock')
      if (share === undefined) return refuse(act, undefined, terminalFaults['terminal.share_gone']())
      const row = await tx
        .selectFrom('terminal')
        .selectAll()
        .where('id', '=', share.terminal_id)
        .executeTakeFirstOrThrow()
      if (!isOpen(row.status)) return refuse(act, { share, row }, terminalFaults['terminal.share_gone']())
      if (share.password_hash !== null) await checkPassword(act, { share, row }, isRight)
      const { count } = await tx
        .selectFrom('terminal_viewer')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('terminal_id', '=', row.id)
        .where('mode', '=', 'guest')
        .where('left_at', 'is', null)
        .executeTakeFirstOrThrow()
      if (Number(count) >= GUESTS_MAX)
        return refuse(act, { share, row }, terminalFaults['terminal.share_full'](GUESTS_MAX))
      const secret = newSecret()
      const id = newId(now.getTime())
      await tx.updateTable('terminal_share').set({ failures: 0 }).where('id', '=', share.id).execute()
      await tx
        .insertInto('terminal_guest')
        .values({
          id,
          share_id: share.id,
          name: input.name,
          secret_hash: secretHash(secret),
          address: request.address,
          client: request.client,
          admitted_at: now,
        })
        .execute()
      await record('terminal.guest-admitted', {
        ...aboutRow(row),
        actor: { id, name: `${input.name} (guest)`, kind: 'anonymous' },
        data: { shareId: share.id, guestId: id, guestName: input.name, readOnly: share.read_only },
      })
      return joined(parts, { guestId: id, secret, share, row, now })
    },
  )

export const rejoin =
  (parts: JoinParts) =>
  async ({ input, tx, now }: Rejoin) => {
    const found = await tx
      .selectFrom('terminal_guest')
      .innerJoin('terminal_share', 'terminal_share.id', 'terminal_guest.share_id')
      .selectAll('terminal_share')
      .select('terminal_guest.id as guest_id')
      .where('terminal_guest.secret_hash', '=', secretHash(input.guest))
      .where('ended_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    const row =
      found &&
      (await tx.selectFrom('terminal').selectAll().where('id', '=', found.terminal_id).executeTakeFirst())
    if (found === undefined || row === undefined || !isOpen(row.status))
      throw terminalFaults['terminal.share_gone']()
    return joined(parts, { guestId: found.guest_id, secret: input.guest, share: found, row, now })
  }

interface Found {
  readonly share: NonNullable<Awaited<ReturnType<typeof findShare>>>
  readonly row: Row
}

function joined(
  { tickets }: JoinParts,
  given: {
    guestId: string
    secret: string
    share: { read_only: boolean; expires_at: Date }
    row: Row
    now: Date
  },
) {
  const { guestId, secret, share, row, now } = given
  const { ticket } = tickets.give({ terminalId: row.id, mode: 'guest', guestId }, now)
  return {
    guest: secret,
    ticket,
    terminalId: row.id,
    serverName: row.server_name,
    account: row.account,
    operatorName: row.operator_name,
    readOnly: share.read_only,
    cols: row.cols,
    rows: row.rows,
    expiresAt: share.expires_at.toISOString(),
  }
}

function findShare(db: Kysely<Database>, secret: string, now: Date, lock?: 'lock') {
  return db
    .selectFrom('terminal_share')
    .selectAll()
    .where('secret_hash', '=', secretHash(secret))
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .$if(lock !== undefined, (query) => query.forUpdate())
    .executeTakeFirst()
}

async function checkPassword(act: Join, found: Found, isRight: boolean): Promise<void> {
  const { input, now } = act
  const { share } = found
  if (share.locked_until && share.locked_until > now) {
    const seconds = Math.ceil((share.locked_until.getTime() - now.getTime()) / 1000)
    refuse(act, found, terminalFaults['terminal.share_locked'](seconds))
  }
  if (input.password === undefined) refuse(act, found, terminalFaults['terminal.share_password']())
  if (!isRight) refuse(act, found, terminalFaults['terminal.share_wrong_password'](), 'count')
}

/** Refusals at a share's door are entries; a wrong password is counted as well. */
function refuse(act: Join, found: Found | undefined, fault: Fault, count?: 'count'): never {
  const { input, now } = act
  return act.refuse(fault, async (tx, record) => {
    if (found && count) {
      const failures = found.share.failures + 1
      const seconds =
        failures <= FREE_FAILURES ? 0 : Math.min(LOCK_SECONDS_MAX, 2 ** (failures - FREE_FAILURES - 1))
      await tx
        .updateTable('terminal_share')
        .set({ failures, locked_until: seconds === 0 ? null : new Date(now.getTime() + seconds * 1000) })
        .where('id', '=', found.share.id)
        .execute()
    }
    await record('terminal.guest-refused', {
      ...(found && aboutRow(found.row)),
      data: { shareId: found?.share.id ?? null, guestName: input.name, code: fault.code },
    })
  })
}
