import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { EventTable } from '../common/event.ts'
import type { BlobStore } from './blobs/blob-store.ts'
import type { Bus } from './bus.ts'
import type { Database } from './database.ts'
import type { Feature, WriteEntries, WriteEntry } from './endpoint.ts'
import type { JobKind, Jobs } from './jobs/jobs.ts'
import type { Mail } from './mail/mail.ts'
import type { Migration } from './migrate.ts'
import type { SecretBox } from './secret-box.ts'

/** What a feature is given to stand on. */
export interface Parts {
  readonly db: Kysely<Database>
  readonly bus: Bus
  readonly blobs: BlobStore
  readonly jobs: Jobs
  /** Writes one entry in the caller's transaction, for acts that no endpoint asked for. Call `sealSoon` after the commit. */
  readonly writeEntry: WriteEntry
  /** Several entries in one statement, in this order. */
  readonly writeEntries: WriteEntries
  readonly sealSoon: () => void
  /** The newest sealed entry, of any kind or of these, about each of these rows, which the caller has already read as the actor. */
  readonly newestEntries: (
    subjectIds: readonly string[],
    kinds?: readonly string[],
  ) => Promise<ReadonlyMap<string, number>>
  /** Encrypts what has to be read again in clear. */
  readonly secrets: SecretBox
  /** undefined where the operator has named no mail server. */
  readonly mail: Mail | undefined
  readonly log: Logger
  readonly now: () => Date
  /** Where people and agents reach this server, without a trailing slash. */
  readonly publicUrl: string
}

/** What a feature brings: its contract with handlers, and what runs without being asked. */
export interface FeatureParts extends Feature {
  readonly jobs?: Readonly<Record<string, JobKind>>
  readonly start?: () => Promise<void>
  readonly stop?: () => Promise<void>
}

/** What is known of a feature without starting it. */
export interface FeatureSchema {
  readonly migrations: readonly Migration[]
  readonly events: EventTable
}
