import type { Selectable } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Record_ } from '../../../../base/server/endpoint.ts'
import type { authEvents } from '../../common/auth-events.ts'
import type { SignInMethod } from '../../common/person.ts'
import type { SecondFactor } from '../../common/sign-in.ts'
import { endPresented, type SigningIn } from './open-session.ts'
import { pruneSessions, startSession } from './sessions.ts'

/** How long the second factor may take. */
export const SECOND_FACTOR_SECONDS = 300

/** Lets a sign-in wait for its second factor: the cookie is good for that step and for nothing else. */
export async function askSecondFactor(
  act: SigningIn & { readonly record: Record_<Pick<typeof authEvents, 'auth.second-factor-asked'>> },
  person: Pick<Selectable<Database['person']>, 'id' | 'name'>,
  method: SignInMethod,
  methods: SecondFactor[],
): Promise<void> {
  const { tx, now, session, request, record } = act
  await endPresented(act)
  const { secret } = await startSession(
    tx,
    { personId: person.id, stage: 'second-factor', method, lifeSeconds: SECOND_FACTOR_SECONDS },
    request,
    now,
  )
  await pruneSessions(tx, person.id, 'second-factor', now)
  session.start(secret, SECOND_FACTOR_SECONDS)
  await record('auth.second-factor-asked', {
    actor: { id: person.id, name: person.name, kind: 'person' },
    subject: { kind: 'person', id: person.id, name: person.name },
    data: { methods, ...(method === 'single-sign-on' && { after: method }) },
  })
}
