import type { Kysely } from 'kysely'
import { baseFaults } from '../../../../base/common/fault.ts'
import type { Actor } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import { type Act, type Feature, serve } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { factorsApi } from '../../common/factors-api.ts'
import { factorsEvents } from '../../common/factors-events.ts'
import { identityFaults } from '../../common/faults.ts'
import { readFactors } from './factors.ts'
import { addPasskey, forgetChallenge, siteOf, startPasskey } from './passkeys.ts'
import { policyOf } from './policy.ts'
import { hasRecoveryCodes, renewRecoveryCodes } from './recovery-codes.ts'
import { removeFactors } from './remove-factors.ts'
import { confirmTotp, startTotp } from './totp.ts'

type Factor = Act<unknown, typeof factorsEvents>

const subjectOf = ({ id, name }: Actor) => ({ subject: { kind: 'person', id, name } })

/** What an actor proves themselves with besides the password: to set it up, to name it, to take it away. */
export function factorsRoutes({ secrets, publicUrl }: Pick<Parts, 'secrets' | 'publicUrl'>): Feature {
  const newCodes = async ({ tx, actor, now, record }: Factor) => {
    const { codes, unusedBefore } = await renewRecoveryCodes(tx, secrets, actor.id, now)
    await record('auth.recovery-codes-made', {
      ...subjectOf(actor),
      data: { count: codes.length, unusedBefore },
    })
    return codes
  }
  /** Whoever has a factor has a way back, too. */
  const firstCodes = async (act: Factor) =>
    (await hasRecoveryCodes(act.tx, act.actor.id)) ? null : newCodes(act)

  return serve(factorsApi, factorsEvents, {
    'auth.factors': async ({ read, actor }) => readFactors(read, actor),

    'auth.start-totp': async ({ tx, actor, now, record }) => {
      const started = await startTotp(tx, secrets, await personOf(tx, actor), await nameOf(tx), now)
      await record('auth.factor-started', { ...subjectOf(actor), data: { factor: 'totp' } })
      return started
    },

    'auth.confirm-totp': async (act) => {
      const { tx, actor, input, now, record, refuse, announce } = act
      const confirmed = await confirmTotp(tx, secrets, actor.id, input.code, now)
      if (confirmed === undefined) throw identityFaults['auth.no_totp_started']()
      if (confirmed.check !== 'right')
        return refuse(identityFaults['auth.wrong_code'](), (_tx, keep) =>
          keep('auth.factor-refused', { ...subjectOf(actor), data: { factor: 'totp', why: 'wrong code' } }),
        )
      const { replaced } = confirmed
      await record('auth.factor-added', {
        ...subjectOf(actor),
        data: { factor: 'totp', name: null, replaced },
      })
      announce('actor', actor.id)
      return { recoveryCodes: await firstCodes(act) }
    },

    'auth.remove-totp': async ({ tx, actor, record, announce }) => {
      const removed = await tx
        .deleteFrom('totp')
        .where('person_id', '=', actor.id)
        .where('confirmed_at', 'is not', null)
        .executeTakeFirst()
      if (removed.numDeletedRows === 0n) throw baseFaults['request.not_found']('authenticator app')
      await record('auth.factor-removed', { ...subjectOf(actor), data: { factor: 'totp', name: null } })
      announce('actor', actor.id)
      return {}
    },

    'auth.start-passkey': async ({ tx, actor, now, record, session }) => {
      const site = siteOf(session.origin ?? publicUrl)
      const person = await personOf(tx, actor)
      const options = await startPasskey(tx, person, await nameOf(tx), actor.sessionId!, site, now)
      await record('auth.factor-started', { ...subjectOf(actor), data: { factor: 'passkey' } })
      return { options: { ...options } }
    },

    'auth.add-passkey': async (act) => {
      const { tx, actor, input, now, record, refuse, session, announce } = act
      const site = siteOf(session.origin ?? publicUrl)
      const added = await addPasskey(tx, actor.id, actor.sessionId!, input, site, now)
      if ('why' in added)
        return refuse(identityFaults['auth.passkey_refused'](), async (after, keep) => {
          await forgetChallenge(after, actor.sessionId!)
          await keep('auth.factor-refused', {
            ...subjectOf(actor),
            data: { factor: 'passkey', why: added.why },
          })
        })
      await record('auth.factor-added', {
        ...subjectOf(actor),
        data: { factor: 'passkey', name: input.name, replaced: false },
      })
      announce('actor', actor.id)
      return { id: added.id, recoveryCodes: await firstCodes(act) }
    },

    'auth.rename-passkey': async ({ tx, read, actor, input, record }) => {
      const before = await ownPasskey(read, input.id)
      await tx.updateTable('passkey').set({ name: input.name }).where('id', '=', input.id).execute()
      await record('auth.passkey-renamed', {
        ...subjectOf(actor),
        data: { changed: { name: { before: before.name, after: input.name } } },
      })
      return {}
    },

    'auth.remove-passkey': async ({ tx, read, actor, input, record, announce }) => {
      const { name } = await ownPasskey(read, input.id)
      await tx.deleteFrom('passkey').where('id', '=', input.id).execute()
      await record('auth.factor-removed', { ...subjectOf(actor), data: { factor: 'passkey', name } })
      announce('actor', actor.id)
      return {}
    },

    'person.remove-factors': removeFactors,

    'auth.renew-recovery-codes': async (act) => ({ recoveryCodes: await newCodes(act) }),
  })
}

const personOf = (tx: Kysely<Database>, { id }: Actor) =>
  tx.selectFrom('person').select(['id', 'username', 'name']).where('id', '=', id).executeTakeFirstOrThrow()

const nameOf = async (tx: Kysely<Database>) => (await policyOf(tx)).workspaceName

/** @throws request.not_found when it is somebody else's or nobody's */
async function ownPasskey(read: Factor['read'], id: string) {
  const passkey = await read
    .selectFrom('passkey')
    .select(['id', 'name'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!passkey) throw baseFaults['request.not_found']('passkey')
  return passkey
}
