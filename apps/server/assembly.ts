import type { Logger } from 'pino'
import type { BlobStore } from '../../base/server/blobs/blob-store.ts'
import type { Config } from '../../base/server/config.ts'
import type { OpenDatabase } from '../../base/server/database.ts'
import type { Journal } from '../../base/server/journal/journal.ts'
import type { Mail } from '../../base/server/mail/mail.ts'
import type { Metrics } from '../../base/server/metrics.ts'
import type { Readiness } from '../../base/server/readiness.ts'
import type { Scopes } from '../../base/server/scope.ts'
import type { SecretBox } from '../../base/server/secret-box.ts'
import type { Serving } from '../../base/server/serve.ts'
import type { FirstAdmin } from '../../features/identity/server/index.ts'

/** What the server has opened before any feature: features.ts assembles them on it. */
export interface Foundation {
  readonly config: Pick<Config, 'publicUrl' | 'trustedProxies' | 'unresponsiveSeconds'>
  readonly database: OpenDatabase
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly secrets: SecretBox
  /** undefined: nothing is sent. */
  readonly mail?: Mail | undefined
  readonly log: Logger
  readonly metrics: Metrics
  readonly readiness: Readiness
  /** Where people and agents reach this server: as configured, or the address listened on. */
  readonly publicUrl: string
  /** The built console; without it only the API is served. */
  readonly webDirectory?: string
  /** Of this program, for OpenAPI. */
  readonly version: string
  /** Who sees what; another table only to try what a broken rule would show. */
  readonly scopes?: Scopes | undefined
  readonly now: () => Date
}

/** All features, joined and ready to be served. */
export interface Assembled {
  /** Not listening yet. */
  readonly serving: Serving
  /** Starts what runs without being asked: jobs, timers. */
  start(): Promise<void>
  /** Ends it; called when no request is running any more. */
  stop(): Promise<void>
  /** @returns undefined when there is anybody already. */
  firstAdmin(givenPassword: string | undefined): Promise<FirstAdmin | undefined>
  /** Whether the agent of a server has a link now. */
  isLinked(serverId: string): boolean
  /** A registration token for the machine the server runs on. */
  localToken(): Promise<string>
  /** Brings the log of activity up to what is sealed now; while the server runs it follows by itself. */
  catchUpActivity(): Promise<void>
}
