import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts, Parts } from '../../../../base/server/parts.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import { singleSignOnApi } from '../../common/single-sign-on-api.ts'
import { callback } from './callback.ts'
import { entranceEvents } from './enter.ts'
import { FailureShare } from './failure-share.ts'
import { callbackAddress, KnownProviders, startAddress } from './known-providers.ts'
import { listLinks, unlink } from './links.ts'
import { readSettings } from './settings.ts'
import { start } from './start.ts'
import { testProvider } from './test-provider.ts'
import { update } from './update.ts'

export function singleSignOnRoutes(parts: Parts): FeatureParts {
  const providers = new KnownProviders()
  const failures = new FailureShare()
  const change = update(parts, providers)
  const shown = async (read: Reader) => {
    const { row, settings } = await readSettings(read)
    return {
      ...settings,
      hasClientSecret: row.client_secret !== null,
      callback: callbackAddress(parts.publicUrl),
    }
  }
  return serve(singleSignOnApi, entranceEvents, {
    'auth.ways': async () => {
      const { enabled, label, passwordFor } = (await readSettings(parts.db)).settings
      return {
        password: enabled ? passwordFor : ('everyone' as const),
        singleSignOn: enabled ? { label, startsAt: startAddress(parts.publicUrl) } : null,
      }
    },
    'auth.single-sign-on': start(parts, providers, failures),
    'auth.single-sign-on-callback': callback(parts, providers, failures),
    'single-sign-on.read': async ({ read }) => shown(read),
    'single-sign-on.update': async (act) => {
      await change(act)
      return shown(act.read)
    },
    'single-sign-on.test': testProvider(parts),
    'single-sign-on.links': async ({ read, input }) => listLinks(read, input),
    'single-sign-on.unlink': unlink,
  })
}
