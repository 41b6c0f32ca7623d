import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Kysely } from 'kysely'
import { fileBlobStore } from '../../base/server/blobs/blob-store.ts'
import { type Config, publicUrlOf } from '../../base/server/config.ts'
import { type Database, openDatabase } from '../../base/server/database.ts'
import { openJournal } from '../../base/server/journal/journal.ts'
import { openLog } from '../../base/server/log.ts'
import { openMail } from '../../base/server/mail/mail.ts'
import { openMetrics } from '../../base/server/metrics.ts'
import { migrate } from '../../base/server/migrate.ts'
import { openReadiness } from '../../base/server/readiness.ts'
import { openSecretBox } from '../../base/server/secret-box.ts'
import type { FirstAdmin } from '../../features/identity/server/index.ts'
import { migrations } from '../../seed/migrations.ts'
import { addressRefusal, claimPort, localUrl } from './address.ts'
import type { Assembled } from './assembly.ts'
import { claimData } from './claim-data.ts'
import { assemble } from './features.ts'
import { type LocalAgent, startLocalAgent } from './local-agent.ts'
import type { Progress } from './progress.ts'
import { openStorage } from './storage.ts'
import { readinessChecks, watchNumbers } from './watch.ts'

export interface RunningServer extends AsyncDisposable {
  /** Where it answers, for example http://127.0.0.1:7300. */
  readonly url: string
  readonly logPath: string
  /** Set at the first start only. */
  readonly firstAdmin: FirstAdmin | undefined
}

export interface StartOptions {
  readonly config: Config
  readonly progress: Progress
  /** Called when the server cannot go on, with the sentence to say. */
  readonly gaveUp: (why: string) => void
  /** Aborted when the server is asked to stop before it has started. */
  readonly stopping: AbortSignal
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const webDirectory = fileURLToPath(new URL('../web/dist', import.meta.url))

/** How long running requests may take to end. */
const DRAIN_MILLISECONDS = 10_000
/** How long the local agent may take to enrol and to connect before it is waited for no more. */
const LINK_PATIENCE_MILLISECONDS = 15_000

/**
 * Opens one thing after another. What was opened is closed in the reverse order when the server is disposed of, and also
 * when a later thing does not open: the agent is stopped, requests are drained, what is pending is sealed, the database is stopped.
 * @throws StartupRefusal with what the operator can do.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  await using opening = new AsyncDisposableStack()
  const { config, progress, gaveUp, stopping } = options
  const { host, dataDirectory } = config
  const data = opening.use(
    await claimData(dataDirectory, () => progress.once('Another server is stopping here …')),
  )
  const port = await claimPort(host, config.port)
  const {
    log,
    path: logPath,
    flush,
    close: closeLog,
  } = openLog({ directory: join(dataDirectory, 'log'), level: config.logLevel })
  opening.defer(closeLog)
  process.once('uncaughtExceptionMonitor', (error) => {
    log.fatal({ error }, 'the server ends on an error nobody expected')
    flush()
  })

  const storage = opening.use(await openStorage({ config, log, gaveUp }))
  progress.step(`The database answers: ${storage.description}.`)
  const database = opening.use(openDatabase({ url: storage.url }))
  const applied = await migrate(database.db, migrations)
  if (applied.length > 0) progress.step(`The schema is made: ${applied.length} steps.`)
  const keysDirectory = join(dataDirectory, 'keys')
  const journal = opening.use(await openJournal({ url: storage.url, keysDirectory, log }))
  progress.step('The journal is open.')

  const metrics = openMetrics()
  watchNumbers(metrics, { database, journal })
  const readiness = openReadiness(readinessChecks({ database, journal }))
  const mail = config.mail && openMail(config.mail.url, config.mail.from)
  opening.defer(() => mail?.close())
  const assembled = await assemble({
    config,
    database,
    journal,
    blobs: fileBlobStore(join(dataDirectory, 'blobs')),
    secrets: await openSecretBox(keysDirectory),
    mail,
    log,
    metrics,
    readiness,
    publicUrl: publicUrlOf(config, port),
    webDirectory,
    version,
    now: () => new Date(),
  })
  opening.defer(() => assembled.stop())
  await assembled.start()
  const firstAdmin = await assembled.firstAdmin(config.firstAdminPassword)

  await listen(assembled, host, port)
  opening.defer(() => drain(assembled))
  const url = localUrl(host, port)
  if (config.localAgent) {
    const agent = startLocalAgent({
      directory: join(dataDirectory, 'agent'),
      url,
      makeToken: () => assembled.localToken(),
      isKnown: (serverId) => isServer(database.db, serverId),
      log,
    })
    // Stopped while the link is still up, so that how its commands ended is recorded.
    opening.defer(() => agent.stop())
    const linked = await whenLinked(agent, assembled, stopping)
    progress.step(linked ? 'This machine is linked.' : `This machine is not linked yet; ${logPath} says why.`)
  }
  opening.defer(() => {
    data.stopping()
    readiness.stopping()
  })
  log.info({ url }, 'ready')
  const opened = opening.move()
  return { url, logPath, firstAdmin, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function listen({ serving }: Assembled, host: string, port: number): Promise<void> {
  try {
    await serving.listen(host, port)
  } catch (cause) {
    throw addressRefusal(cause, host, port)
  }
}

/** Ends when every request has been answered, or after the patience one can have with them. */
async function drain({ serving }: Assembled): Promise<void> {
  await Promise.race([serving.close(), wait(DRAIN_MILLISECONDS, undefined, { ref: false })])
}

/** Ready should mean that a command can be run here; but an agent that does not come up keeps nobody from the console. */
async function whenLinked(
  agent: LocalAgent,
  { isLinked }: Assembled,
  stopping: AbortSignal,
): Promise<boolean> {
  const until = performance.now() + LINK_PATIENCE_MILLISECONDS
  for (; performance.now() < until && !stopping.aborted; await wait(25)) {
    const serverId = agent.serverId()
    if (serverId !== undefined && isLinked(serverId)) return true
  }
  return false
}

const isServer = async (db: Kysely<Database>, id: string) =>
  (await db.selectFrom('server').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
