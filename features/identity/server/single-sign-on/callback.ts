import { type Act, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { SecondFactor } from '../../common/sign-in.ts'
import { openAttempt } from './attempt.ts'
import type { Identity } from './claims.ts'
import { type EntranceEvents, enter } from './enter.ts'
import { type Callback, exchange, expectOwn } from './exchange.ts'
import type { FailureShare } from './failure-share.ts'
import { callbackAddress, type KnownProviders } from './known-providers.ts'
import { failureOf, ProviderFailure } from './provider.ts'
import { expectShare, refuseSingleSignOn } from './refuse.ts'
import { readSettings, type Stored } from './settings.ts'
import { spendState } from './spend-state.ts'

type CallbackAct = Act<Callback, EntranceEvents>

interface Came {
  readonly identity: Identity
  readonly stored: Stored
  readonly state: string
  readonly to: string
  /** The session this browser had when it began. */
  readonly sessionId: string | undefined
}
interface Failed {
  readonly issuer: string | null
  readonly failure: ProviderFailure
  /** The state that counted and may not count again; undefined: none did. */
  readonly state: string | undefined
}

/**
 * The way back. Outside the transaction the code is given back for tokens; in it the identity becomes a person, their role
 * and groups are set, and the session begins, or none of it does.
 */
export function callback(
  { db, secrets, publicUrl, log }: Parts,
  providers: KnownProviders,
  failures: FailureShare,
) {
  const prepare = async ({
    input,
    now,
    session,
    request,
  }: Pick<CallbackAct, 'input' | 'now' | 'session' | 'request'>): Promise<Came | Failed> => {
    expectShare(failures, request.address, now)
    const attempt = openAttempt(secrets, session.attempt)
    if (attempt === undefined)
      return {
        issuer: null,
        state: undefined,
        failure: new ProviderFailure('no attempt of this browser', 'no cookie'),
      }
    const { issuer } = attempt
    let state: string | undefined
    try {
      const stored = await readSettings(db)
      await expectOwn(db, attempt, input, stored, now)
      state = attempt.state
      session.endAttempt()
      const metadata = await providers.find(issuer, now)
      const redirectUri = callbackAddress(publicUrl)
      const identity = await exchange({
        ...{ metadata, stored, secrets, attempt, callback: input, redirectUri, now },
      })
      return { identity, stored, state, to: attempt.to, sessionId: attempt.sessionId }
    } catch (error) {
      const failure = failureOf(error)
      // What the provider says about itself may have changed; the next attempt asks anew.
      if (failure.why === 'provider answered wrongly') providers.forget()
      log.warn({ why: failure.why, detail: failure.detail }, 'single sign-on failed')
      return { issuer, failure, state }
    }
  }

  return inTwoSteps(prepare, async (act: CallbackAct, prepared) => {
    const { tx, now } = act
    if ('failure' in prepared) {
      const { issuer, failure, state } = prepared
      const keep = state === undefined ? undefined : (inTx: typeof tx) => spendState(inTx, state, now)
      return refuseSingleSignOn(act, failures, failure, {
        issuer,
        keep: async (inTx) => void (await keep?.(inTx)),
      })
    }
    const { identity, stored, state, to, sessionId } = prepared
    const { issuer } = identity
    if (!(await spendState(tx, state, now)))
      return refuseSingleSignOn(
        act,
        failures,
        { why: 'state used already', detail: 'at the same time' },
        { issuer },
      )
    const entered = await enter(act, identity, stored.settings, sessionId)
    if ('why' in entered)
      return refuseSingleSignOn(act, failures, entered, {
        issuer,
        person: entered.person,
        keep: async (inTx) => void (await spendState(inTx, state, now)),
      })
    return { to: entered.due.length > 0 ? secondFactorAddress(entered.due, to) : to }
  })
}

const secondFactorAddress = (methods: readonly SecondFactor[], to: string) =>
  `/sign-in?${new URLSearchParams({ step: 'second-factor', methods: methods.join(','), ...(to !== '/' && { to }) })}`
