import { authEvents } from './auth-events.ts'
import { peopleEvents } from './people-events.ts'

export const identityEvents = { ...authEvents, ...peopleEvents } as const
