import { accessFeature } from '../../base/server/access.ts'
import { memoryBus } from '../../base/server/bus.ts'
import type { Kernel } from '../../base/server/call.ts'
import type { Feature } from '../../base/server/endpoint.ts'
import { openFailures } from '../../base/server/failures.ts'
import { openJobs } from '../../base/server/jobs/jobs.ts'
import { entryProof } from '../../base/server/journal/entry-proof.ts'
import { journalFeature } from '../../base/server/journal/routes.ts'
import { openApiDocument } from '../../base/server/openapi.ts'
import type { FeatureParts, Parts } from '../../base/server/parts.ts'
import { countReads } from '../../base/server/read-counts.ts'
import { serveHttp } from '../../base/server/serve.ts'
import { activityFeature } from '../../features/activity/server/index.ts'
import { commandsFeature } from '../../features/commands/server/index.ts'
import { ensureFirstAdmin, identityFeature, openIdentify } from '../../features/identity/server/index.ts'
import {
  serverIdsByGroup,
  serverIdsOf,
  serverNamesOf,
  serversFeature,
} from '../../features/servers/server/index.ts'
import { webshFeature } from '../../features/websh/server/index.ts'
import { OpenLinks } from '../../wire/server/links.ts'
import { nativeLinks } from '../../wire/server/native/native-links.ts'
import { publishToAgents } from './agent-links.ts'
import { announceSealed } from './announce-sealed.ts'
import type { Assembled, Foundation } from './assembly.ts'
import { contracts } from './contract.ts'
import { scopes } from './scopes.ts'

/** A batch of reports has at most 1 MiB, a frame 64 KiB. */
const AGENT_MESSAGE_BYTES = 1.25 * 1024 * 1024

/** Joins every feature to one kernel and one HTTP server. The order is that of the house: lower features first. */
export async function assemble(foundation: Foundation): Promise<Assembled> {
  const { config, journal, blobs, log, metrics, readiness, now } = foundation
  const { db } = foundation.database
  const bus = memoryBus()
  const jobs = openJobs({ db, log, now })
  const { writeEntries, stop: stopAnnouncing } = announceSealed(journal, bus)
  const sealSoon = () => journal.poke()
  const failures = openFailures({ db, writeEntries, sealSoon, now, log })
  const reads = countReads({ db, now, log })
  const kernel: Kernel = {
    db,
    failures,
    reads,
    scopes: foundation.scopes ?? scopes,
    bus,
    now,
    writeEntry: (tx, entry) => writeEntries(tx, [entry]),
    writeEntries,
    sealSoon,
  }
  const parts: Parts = {
    db,
    bus,
    jobs,
    log,
    now,
    blobs,
    secrets: foundation.secrets,
    mail: foundation.mail,
    writeEntry: kernel.writeEntry,
    writeEntries,
    sealSoon: kernel.sealSoon,
    newestEntries: (ids, kinds) => journal.read.newestOf(ids, kinds),
    publicUrl: foundation.publicUrl,
  }

  const links = new OpenLinks()
  const identity = identityFeature(parts, serverIdsByGroup, {
    serverNames: serverNamesOf,
    contract: () => served.map(({ api }) => api),
  })
  const servers = serversFeature(parts, {
    links,
    journal: { key: () => journal.read.currentKey(), checkpoint: () => journal.head().note },
  })
  const commands = commandsFeature({
    ...parts,
    links,
    completeness: servers.completeness,
    unresponsiveSeconds: config.unresponsiveSeconds,
  })
  servers.onRemoved(commands.serverRemoved)
  const websh = webshFeature(
    Object.assign(Object.create(parts) as Parts, {
      links,
      completeness: servers.completeness,
      entriesOf: (subjectId: string, after?: number) => journal.read.entriesOf(subjectId, after),
      entryProof: (sequence: number) => entryProof(journal, sequence),
    }),
  )
  servers.onRemoved(websh.serverRemoved)
  const activity = activityFeature(parts, { journal, contracts })
  const features: FeatureParts[] = [identity, servers, commands, websh, activity]
  const reactions = [servers.reactions, commands.reactions, websh.reactions]
  const agents = nativeLinks({ links, store: servers.store, reactions, log, now })
  let stopPublishing = () => {}
  const served: Feature[] = [
    accessFeature(() => served.map(({ api }) => api)),
    journalFeature(journal, db, { command: commands.isSeen }),
    ...features,
  ]

  const serving = await serveHttp({
    kernel,
    features: served,
    identify: openIdentify(parts, serverIdsOf),
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
    sockets: { '/api/agent.link': { maxPayload: AGENT_MESSAGE_BYTES, accept: agents.accept } },
    onAnswer: (endpoint, status, seconds) => metrics.countRequest(endpoint, status, seconds),
    openApi: () =>
      openApiDocument(
        served.map((feature) => feature.api),
        foundation.version,
      ),
  })

  return {
    // An agent's socket is a connection like any other: the listener does not end before they have.
    serving: { ...serving, close: () => agents.close().then(() => serving.close()) },
    async start() {
      jobs.start(Object.assign({}, ...features.map((feature) => feature.jobs ?? {})))
      for (const feature of features) await feature.start?.()
      stopPublishing = await publishToAgents(journal, agents)
    },
    async stop() {
      stopPublishing()
      stopAnnouncing()
      // Before the features: that the links ended is theirs to write.
      await agents.close()
      for (const feature of features.toReversed()) await feature.stop?.()
      await jobs.stop()
      await reads.stop()
      await failures.stop()
    },
    firstAdmin: (givenPassword) => ensureFirstAdmin(parts, givenPassword),
    isLinked: (serverId) => links.of(serverId) !== undefined,
    localToken: servers.localToken,
    catchUpActivity: activity.catchUp,
  }
}
