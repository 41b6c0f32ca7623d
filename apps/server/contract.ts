import { accessApi } from '../../base/common/access-api.ts'
import type { Api } from '../../base/common/api.ts'
import type { EventTable } from '../../base/common/event.ts'
import { baseEvents } from '../../base/common/events.ts'
import { baseFaults, type Fault } from '../../base/common/fault.ts'
import { journalApi } from '../../base/common/journal/api.ts'
import { journalEvents } from '../../base/common/journal/events.ts'
import { activityApi } from '../../features/activity/common/api.ts'
import { activityEvents } from '../../features/activity/common/events.ts'
import { activityFaults } from '../../features/activity/common/faults.ts'
import { commandsApi } from '../../features/commands/common/api.ts'
import { commandsEvents } from '../../features/commands/common/events.ts'
import { commandsFaults } from '../../features/commands/common/faults.ts'
import { identityApi } from '../../features/identity/common/api.ts'
import { identityEvents } from '../../features/identity/common/events.ts'
import { identityFaults } from '../../features/identity/common/faults.ts'
import { singleSignOnFaults } from '../../features/identity/common/single-sign-on-faults.ts'
import { tokenFaults } from '../../features/identity/common/token-faults.ts'
import { serversApi } from '../../features/servers/common/api.ts'
import { serverEvents } from '../../features/servers/common/events.ts'
import { serverFaults } from '../../features/servers/common/faults.ts'
import { webshApi } from '../../features/websh/common/api.ts'
import { webshEvents } from '../../features/websh/common/events.ts'
import { webshFaults } from '../../features/websh/common/faults.ts'

/** What one feature promises to the outside. */
export interface Contract {
  readonly feature: string
  readonly api: Api
  readonly events: EventTable
  readonly faults: Readonly<Record<string, (...words: never[]) => Fault>>
}

/** Every promise of the server, lower features first. The documents of docs/ and their tests are made from it. */
export const contracts: readonly Contract[] = [
  { feature: 'base', api: accessApi, events: baseEvents, faults: baseFaults },
  { feature: 'journal', api: journalApi, events: journalEvents, faults: {} },
  {
    feature: 'identity',
    api: identityApi,
    events: identityEvents,
    faults: { ...identityFaults, ...tokenFaults, ...singleSignOnFaults },
  },
  { feature: 'servers', api: serversApi, events: serverEvents, faults: serverFaults },
  { feature: 'commands', api: commandsApi, events: commandsEvents, faults: commandsFaults },
  { feature: 'websh', api: webshApi, events: webshEvents, faults: webshFaults },
  { feature: 'activity', api: activityApi, events: activityEvents, faults: activityFaults },
]
