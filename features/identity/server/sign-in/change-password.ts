import { type Act, type BeforeAct, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { authEvents } from '../../common/auth-events.ts'
import { identityFaults } from '../../common/faults.ts'
import type { LockOut } from './lock-out.ts'
import { hashPassword, refuseCommon, setPassword } from './password.ts'
import { policyOf } from './policy.ts'
import { endSessions } from './sessions.ts'
import { countersOfProof, isOwnPassword } from './step-up.ts'

interface Input {
  readonly current: string
  readonly password: string
}

/** Replaces one's own password; whoever else is signed in with the old one is not any more. */
export const changePassword = ({ db }: Pick<Parts, 'db'>, lockOut: LockOut) =>
  inTwoSteps(
    async ({ actor, input, request, now }: BeforeAct<Input>) => {
      const { matches } = await isOwnPassword(db, lockOut, actor.id, input.current, request.address, now)
      if (!matches) return undefined
      const { username, name, email, workspace } = await db
        .selectFrom('person')
        .innerJoin('workspace', (join) => join.onTrue())
        .select(['person.username', 'person.name', 'person.email', 'workspace.name as workspace'])
        .where('person.id', '=', actor.id)
        .executeTakeFirstOrThrow()
      refuseCommon(input.password, [username, name, email?.split('@')[0], workspace])
      return hashPassword(input.password)
    },
    async (act: Act<Input, typeof authEvents>, passwordHash) => {
      const { tx, actor, now, record, refuse, announce } = act
      if (passwordHash === undefined)
        return refuse(identityFaults['auth.wrong_current_password'](), async (after, keep) => {
          await lockOut.failed(after, countersOfProof(lockOut, actor.id), await policyOf(after), now)
          await keep('auth.password-change-refused', { data: { why: 'wrong current password' } })
        })
      await setPassword(tx, actor.id, passwordHash)
      const sessionsEnded = await endSessions(tx, actor.id, actor.sessionId)
      await record('auth.password-changed', { data: { sessionsEnded } })
      announce('actor', actor.id)
      return {}
    },
  )
