import { baseEvents } from '../../base/common/events.ts'
import { anonymous } from '../../base/server/actor.ts'
import { memoryBus } from '../../base/server/bus.ts'
import type { Caller, Kernel } from '../../base/server/call.ts'
import type { Feature } from '../../base/server/endpoint.ts'
import { openJobs } from '../../base/server/jobs/jobs.ts'
import { journalFeature } from '../../base/server/journal/routes.ts'
import { openApiDocument } from '../../base/server/openapi.ts'
import type { FeatureParts, Parts } from '../../base/server/parts.ts'
import { type Credentials, serveHttp } from '../../base/server/serve.ts'
import { actorOfCookie, ensureFirstAdmin, identityFeature } from '../../features/identity/server/index.ts'
import type { Assembled, Foundation } from './assembly.ts'
import { scopes } from './scopes.ts'

/** Joins every feature to one kernel and one HTTP server. The order is that of the house: lower features first. */
export async function assemble(foundation: Foundation): Promise<Assembled> {
  const { config, journal, blobs, log, metrics, readiness, now } = foundation
  const { db } = foundation.database
  const bus = memoryBus()
  const jobs = openJobs({ db, log, now })
  const kernel: Kernel = {
    db,
    scopes,
    bus,
    now,
    writeEntry: (tx, entry) => journal.record(tx, entry),
    sealSoon: () => journal.poke(),
  }
  const parts: Parts = {
    db,
    bus,
    jobs,
    log,
    now,
    blobs,
    writeEntry: kernel.writeEntry,
    writeEntries: (tx, entries) => journal.recordAll(tx, entries),
    sealSoon: kernel.sealSoon,
    newestEntries: (ids) => journal.read.newestOf(ids),
    publicUrl: foundation.publicUrl,
  }

  const identity = identityFeature(async () => new Map())
  const features: FeatureParts[] = [identity]
  const served: Feature[] = [journalFeature(journal, db), ...features]

  const identify = async ({ cookie }: Credentials) => {
    if (cookie === undefined) return anonymous
    return actorOfCookie(db, cookie, now(), async () => [])
  }
  const recordDenied = async ({ actor, request }: Caller, endpoint: string, why: string) => {
    await db.transaction().execute((tx) =>
      journal.record(tx, {
        kind: 'request.denied',
        at: now(),
        actor,
        request,
        data: baseEvents['request.denied'].data.parse({ endpoint, role: actor.role, why }),
      }),
    )
    journal.poke()
  }
  const serving = await serveHttp({
    kernel,
    features: served,
    identify,
    recordDenied,
    log,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    ...(foundation.webDirectory && { webDirectory: foundation.webDirectory }),
    probes: {
      '/healthz': () => readiness.healthz(),
      '/readyz': () => readiness.readyz(),
      '/metrics': async () => ({
        status: 200,
        contentType: metrics.contentType,
        body: await metrics.metricsText(),
      }),
    },
    onAnswer: (endpoint, status, seconds) => metrics.countRequest(endpoint, status, seconds),
    openApi: () =>
      openApiDocument(
        served.map((feature) => feature.api),
        foundation.version,
      ),
  })

  return {
    serving,
    async start() {
      jobs.start(Object.assign({}, ...features.map((feature) => feature.jobs ?? {})))
      for (const feature of features) await feature.start?.()
    },
    async stop() {
      for (const feature of features.toReversed()) await feature.stop?.()
      await jobs.stop()
    },
    firstAdmin: (givenPassword) => ensureFirstAdmin(parts, givenPassword),
    localToken: async () => '',
  }
}
