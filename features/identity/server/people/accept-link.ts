import { type Act, inTwoSteps } from '../../../../base/server/endpoint.ts'
import { identityFaults } from '../../common/faults.ts'
import type { linksEvents } from '../../common/links-events.ts'
import { hashPassword, refuseCommon } from '../sign-in/password.ts'
import { policyOf } from '../sign-in/policy.ts'
import { endSessions } from '../sign-in/sessions.ts'
import type { LinkParts } from './hand-out-link.ts'
import { findOpenLink } from './links.ts'

interface Input {
  readonly secret: string
  readonly password: string
}
type Accept = Act<Input, typeof linksEvents>

/**
 * Nobody is signed in yet, so the link is looked for outside of anybody's scope: its secret is what proves the right.
 * A wrong secret costs no hash, so that guessing does not keep the processor busy.
 */
export const acceptLink = ({ db }: Pick<LinkParts, 'db'>) =>
  inTwoSteps(
    async ({ input, now }: Pick<Accept, 'input' | 'now'>) => {
      const link = await findOpenLink(db, input.secret, now)
      if (!link) throw identityFaults['auth.link_not_valid']()
      const { workspaceName } = await policyOf(db)
      refuseCommon(input.password, [link.username, link.name, link.email?.split('@')[0], workspaceName])
      return hashPassword(input.password)
    },
    async ({ tx, input, now, record, announce }: Accept, passwordHash) => {
      const found = await findOpenLink(tx, input.secret, now)
      if (!found) throw identityFaults['auth.link_not_valid']()
      // Whatever else happens to a person's links happens under this lock: looked at again, the link is still good or not.
      await tx
        .selectFrom('person')
        .select('id')
        .where('id', '=', found.person_id)
        .forNoKeyUpdate()
        .executeTakeFirst()
      const link = await findOpenLink(tx, input.secret, now)
      if (!link) throw identityFaults['auth.link_not_valid']()
      await tx.updateTable('person_link').set({ used_at: now }).where('id', '=', link.id).execute()
      await tx
        .updateTable('person')
        .set({ password_hash: passwordHash, must_change_password: false, status: 'active' })
        .where('id', '=', link.person_id)
        .execute()
      const sessionsEnded = await endSessions(tx, link.person_id)
      const who = { id: link.person_id, name: link.name, kind: 'person' as const }
      await record('auth.link-accepted', {
        actor: who,
        subject: { kind: 'person', id: who.id, name: who.name },
        data: { username: link.username, purpose: link.purpose, sessionsEnded },
      })
      announce('actor', who.id)
      return { username: link.username }
    },
  )
