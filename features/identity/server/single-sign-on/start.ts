import * as openid from 'openid-client'
import { type Act, inTwoSteps } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { returnAddress } from '../../common/return-address.ts'
import type { singleSignOnEvents } from '../../common/single-sign-on-events.ts'
import { ATTEMPT_SECONDS, type Attempt, beginAttempt, sealAttempt } from './attempt.ts'
import type { FailureShare } from './failure-share.ts'
import { callbackAddress, type KnownProviders } from './known-providers.ts'
import { clientOf, failureOf, ProviderFailure } from './provider.ts'
import { expectShare, refuseSingleSignOn } from './refuse.ts'
import { clientIn, readSettings } from './settings.ts'

type Start = Act<{ to?: string | undefined; again?: 'true' | undefined }, typeof singleSignOnEvents>
type Prepared =
  | { readonly to: string; readonly attempt: Attempt }
  | { readonly issuer: string | null; readonly failure: ProviderFailure }

/** Sends the browser to the provider. What belongs to this attempt goes along in the browser's cookie, sealed. */
export const start = (
  { db, secrets, publicUrl, log }: Parts,
  providers: KnownProviders,
  failures: FailureShare,
) =>
  inTwoSteps(
    async ({
      input,
      now,
      actor,
      request,
    }: Pick<Start, 'input' | 'now' | 'actor' | 'request'>): Promise<Prepared> => {
      expectShare(failures, request.address, now)
      const stored = await readSettings(db)
      const { enabled, issuer, clientId, scopes } = stored.settings
      if (!enabled) return { issuer: null, failure: new ProviderFailure('not set up', 'switched off') }
      const again = input.again === 'true'
      const attempt = beginAttempt({
        to: returnAddress(input.to),
        issuer,
        clientId,
        begunAt: now.getTime(),
        again,
        ...(actor.sessionId !== undefined && { sessionId: actor.sessionId }),
      })
      try {
        const client = clientOf(await providers.find(issuer, now), clientIn(secrets, stored))
        const to = openid.buildAuthorizationUrl(client, {
          redirect_uri: callbackAddress(publicUrl),
          response_type: 'code',
          scope: scopes.join(' '),
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(attempt.verifier),
          code_challenge_method: 'S256',
          ...(again && { prompt: 'login', max_age: '0' }),
        })
        return { to: to.href, attempt }
      } catch (error) {
        const failure = failureOf(error)
        log.warn({ why: failure.why, detail: failure.detail }, 'single sign-on could not begin')
        return { issuer, failure }
      }
    },
    async (act: Start, prepared) => {
      if ('failure' in prepared)
        return refuseSingleSignOn(act, failures, prepared.failure, { issuer: prepared.issuer })
      act.session.keepAttempt(sealAttempt(secrets, prepared.attempt), ATTEMPT_SECONDS)
      return { to: prepared.to }
    },
  )
