import { authEvents } from './auth-events.ts'
import { peopleEvents } from './people-events.ts'
import { tokenEvents } from './token-events.ts'

export const identityEvents = { ...authEvents, ...peopleEvents, ...tokenEvents } as const
