import type { z } from 'zod'
import { newId } from '../../../../../base/common/id.ts'
import { type Act, inTwoSteps } from '../../../../../base/server/endpoint.ts'
import { hashPassword } from '../../../../identity/server/index.ts'
import type { terminalApi } from '../../../common/terminal-api.ts'
import type { terminalEvents } from '../../../common/terminal-events.ts'
import { terminalFaults } from '../../../common/terminal-faults.ts'
import { ownOpen } from '../act-on.ts'
import { oneTerminal, type TerminalParts } from '../parts.ts'
import { readPolicy } from '../policy.ts'
import { aboutRow } from '../terminal-row.ts'
import { endShare } from './end-share.ts'
import { newSecret, secretHash } from './guests.ts'
import type { Shares } from './shares.ts'

type ShareAct = Act<z.output<(typeof terminalApi)['terminal.share']['in']>, typeof terminalEvents>
type ById = Act<{ id: string }, typeof terminalEvents>

export const share = (parts: TerminalParts, shares: Shares) =>
  inTwoSteps(
    async ({ input }: Pick<ShareAct, 'input'>) =>
      input.password === undefined ? null : hashPassword(input.password),
    async (act: ShareAct, passwordHash: string | null) => {
      const { input, tx, now, actor, record, announce, afterCommit } = act
      const row = await ownOpen(act)
      if (!(await readPolicy(tx)).sharing) throw terminalFaults['terminal.sharing_off']()
      const replaced = await endShare(tx, row, 'replaced', now)
      if (replaced !== undefined)
        await record('terminal.share-ended', {
          ...aboutRow(row),
          data: { shareId: replaced, why: 'replaced' },
        })
      const secret = newSecret()
      const id = newId(now.getTime())
      const expiresAt = new Date(now.getTime() + input.minutes * 60_000)
      const readOnly = input.readOnly ?? false
      await tx
        .insertInto('terminal_share')
        .values({
          id,
          terminal_id: row.id,
          secret_hash: secretHash(secret),
          password_hash: passwordHash,
          read_only: readOnly,
          created_by: actor.id,
          created_at: now,
          expires_at: expiresAt,
        })
        .execute()
      await record('terminal.shared', {
        ...aboutRow(row),
        data: { shareId: id, minutes: input.minutes, readOnly, hasPassword: passwordHash !== null },
      })
      announce(oneTerminal(row.id))
      afterCommit(() => shares.changed(row.id, { id, expiresAt }))
      return {
        id,
        link: `${parts.publicUrl}/shared-terminal#${secret}`,
        readOnly,
        expiresAt: expiresAt.toISOString(),
      }
    },
  )

export const unshare = (shares: Shares) => async (act: ById) => {
  const { tx, now, record, announce, afterCommit } = act
  const row = await ownOpen(act)
  const ended = await endShare(tx, row, 'withdrawn', now)
  if (ended === undefined) throw terminalFaults['terminal.not_shared']()
  await record('terminal.share-ended', { ...aboutRow(row), data: { shareId: ended, why: 'withdrawn' } })
  announce(oneTerminal(row.id))
  afterCommit(() => shares.changed(row.id, undefined))
  return { id: row.id }
}
