import type { Transaction } from 'kysely'
import type { Fault } from '../../../../base/common/fault.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { SingleSignOnFailure, singleSignOnEvents } from '../../common/single-sign-on-events.ts'
import { singleSignOnFaults } from '../../common/single-sign-on-faults.ts'
import type { FailureShare } from './failure-share.ts'

interface Failure {
  readonly why: SingleSignOnFailure
  readonly detail?: string
}

interface About {
  readonly issuer: string | null
  /** Who came, where the provider has said so and they are known here. */
  readonly person?: { readonly id: string; readonly name: string } | undefined
  /** What must stay besides the entry. */
  readonly keep?: ((tx: Transaction<Database>) => Promise<void>) | undefined
}

/** @throws auth.single_sign_on_busy */
export function expectShare(failures: FailureShare, address: string, now: Date): void {
  if (failures.isSpent(address, now)) throw singleSignOnFaults['auth.single_sign_on_busy']()
}

/** Records why a sign-in came to nothing and shows as much of it as an outsider may know. Always throws. */
export function refuseSingleSignOn(
  { refuse, request, now }: Act<unknown, typeof singleSignOnEvents>,
  failures: FailureShare,
  { why, detail }: Failure,
  { issuer, person, keep }: About,
): never {
  failures.count(request.address, now)
  return refuse(faultOf(why, detail), async (tx, record) => {
    await keep?.(tx)
    await record('auth.single-sign-on-failed', {
      ...(person && {
        actor: { id: person.id, name: person.name, kind: 'person' as const },
        subject: { kind: 'person', id: person.id, name: person.name },
      }),
      data: { issuer, why, detail: detail ?? null },
    })
  })
}

/** Answers of somebody who was asked at the provider and said no, or could not. */
const cancelled = new Set(['access_denied', 'login_required', 'consent_required', 'interaction_required'])

function faultOf(why: SingleSignOnFailure, detail: string | undefined): Fault {
  switch (why) {
    case 'not set up':
      return singleSignOnFaults['auth.single_sign_on_off']()
    case 'no attempt of this browser':
    case 'state does not match':
    case 'state used already':
    case 'begun too long ago':
    case 'settings changed meanwhile':
      return singleSignOnFaults['auth.single_sign_on_expired']()
    case 'provider unreachable':
    case 'too many at once':
      return singleSignOnFaults['auth.single_sign_on_unreachable']()
    case 'provider refused':
      return cancelled.has(detail ?? '')
        ? singleSignOnFaults['auth.single_sign_on_cancelled']()
        : singleSignOnFaults['auth.single_sign_on_failed']()
    case 'provider answered wrongly':
    case 'claims too large':
    case 'groups or roles not sent':
    case 'not confirmed anew':
    case 'no username':
      return singleSignOnFaults['auth.single_sign_on_failed']()
    case 'username taken':
      return singleSignOnFaults['auth.single_sign_on_name_taken']()
    default:
      return singleSignOnFaults['auth.single_sign_on_refused']()
  }
}
