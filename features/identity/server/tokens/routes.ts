import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../../base/server/parts.ts'
import { tokenApi } from '../../common/token-api.ts'
import { tokenEvents } from '../../common/token-events.ts'
import { disableToken, enableToken, rotateToken, updateToken } from './change.ts'
import { createToken } from './create.ts'
import type { TokenPorts } from './ports.ts'
import { findToken, listTokens, tokensOf } from './rows.ts'
import { scopeChoices } from './scopes.ts'

export function tokenRoutes(ports: TokenPorts): FeatureParts {
  return serve(tokenApi, tokenEvents, {
    'token.create': createToken(ports),
    'token.list': ({ read, input, now }) => listTokens(ports, read, input, now),
    'token.read': async ({ read, input, now }) =>
      (await tokensOf(ports, read, [await findToken(read, input.id)], now))[0]!,
    'token.update': updateToken(ports),
    'token.rotate': rotateToken,
    'token.disable': disableToken(ports),
    'token.enable': enableToken(ports),
    'token.scopes': async () => scopeChoices(ports.contract()),
  })
}
