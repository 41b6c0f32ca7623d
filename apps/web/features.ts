import { journalWeb } from '../../base/web/journal/pages.ts'
import type { WebFeature } from '../../base/web/shell/pages.ts'
import { activityWeb } from '../../features/activity/web/pages.ts'
import { commandsWeb } from '../../features/commands/web/pages.ts'
import { identityWeb } from '../../features/identity/web/pages.ts'
import { tokensWeb } from '../../features/identity/web/tokens/pages.ts'
import { serversWeb } from '../../features/servers/web/pages.ts'
import { webshWeb } from '../../features/websh/web/pages.ts'
import { governanceWeb } from './governance.ts'

/** Everything the console consists of. */
export const features: readonly WebFeature[] = [
  identityWeb,
  tokensWeb(async (text) => (await import('../../features/servers/web/index.ts')).serverChoices(text)),
  serversWeb,
  commandsWeb,
  webshWeb,
  activityWeb,
  journalWeb,
  governanceWeb,
]
