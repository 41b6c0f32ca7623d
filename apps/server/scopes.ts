import { jobScopes } from '../../base/server/jobs/jobs.ts'
import { journalScopes } from '../../base/server/journal/scope.ts'
import { readCountScopes } from '../../base/server/read-counts.ts'
import type { Scopes } from '../../base/server/scope.ts'
import { activityScopes } from '../../features/activity/server/index.ts'
import { commandsScopes } from '../../features/commands/server/index.ts'
import { identityScopes } from '../../features/identity/server/index.ts'
import { serverScopes } from '../../features/servers/server/index.ts'
import { webshScopes } from '../../features/websh/server/index.ts'

/** Who sees which rows of which table: one entry for every table there is. */
export const scopes: Scopes = {
  ...journalScopes,
  ...jobScopes,
  ...readCountScopes,
  ...identityScopes,
  ...serverScopes,
  ...commandsScopes,
  ...webshScopes,
  ...activityScopes,
}
