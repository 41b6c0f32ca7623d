import type { EventTable } from '../../../base/common/event.ts'

/** The log of activity is read from entries that others make; it makes none itself. */
export const activityEvents = {} as const satisfies EventTable
