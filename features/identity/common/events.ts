import { authEvents } from './auth-events.ts'
import { factorsEvents } from './factors-events.ts'
import { groupsEvents } from './groups-events.ts'
import { linksEvents } from './links-events.ts'
import { peopleEvents } from './people-events.ts'
import { settingsEvents } from './settings-events.ts'
import { singleSignOnEvents } from './single-sign-on-events.ts'
import { tokenEvents } from './token-events.ts'

export const identityEvents = {
  ...authEvents,
  ...factorsEvents,
  ...peopleEvents,
  ...groupsEvents,
  ...linksEvents,
  ...settingsEvents,
  ...singleSignOnEvents,
  ...tokenEvents,
} as const
