import { jobMigrations } from '../base/server/jobs/jobs.ts'
import { journalMigrations } from '../base/server/journal/migrations.ts'
import type { Migration } from '../base/server/migrate.ts'
import { readCountMigrations } from '../base/server/read-counts.ts'
import { activityMigrations } from '../features/activity/server/index.ts'
import { commandsMigrations } from '../features/commands/server/index.ts'
import { identityMigrations } from '../features/identity/server/index.ts'
import { serverMigrations } from '../features/servers/server/index.ts'
import { webshMigrations } from '../features/websh/server/index.ts'

/** Every feature's migrations, in the order they are applied. */
export const migrations: Migration[] = [
  ...journalMigrations,
  ...jobMigrations,
  ...readCountMigrations,
  ...identityMigrations,
  ...serverMigrations,
  ...commandsMigrations,
  ...webshMigrations,
  ...activityMigrations,
]
