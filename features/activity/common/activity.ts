import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'

const Named = z.object({ id: z.string(), name: z.string() })

/** One request, as the journal has it. */
export const ActivityRow = z.object({
  /** The number of the request's first entry in the journal. */
  id: z.number().int(),
  at: Instant,
  user: Named.extend({ kind: z.enum(['person', 'token', 'agent', 'system', 'anonymous']) }),
  /** The token a person acted through. */
  credential: Named.nullable(),
  address: z.string(),
  /** The address was never seen of this person before, and others were. */
  newAddress: z.boolean(),
  client: z.string(),
  /** The endpoint's full name; `live` for the console's WebSocket, `unknown` for an address that is none. */
  action: z.string(),
  feature: z.string(),
  /** The first entry's kind of event, its title and how much attention it deserves. */
  kind: z.string(),
  title: z.string(),
  weight: z.enum(['routine', 'notable', 'alarming']),
  sentence: z.string(),
  object: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  server: Named.nullable(),
  /** What the first entry says it is about; its proof must say the same. */
  subjectId: z.string().nullable(),
  /** HTTP. */
  status: z.number().int(),
  requestId: z.string(),
  /** What the first entry says beside that; null where it is longer than 4096 characters: `activity.read` has it. */
  details: z.record(z.string(), z.unknown()).nullable(),
  /** How many entries the request made. */
  entries: z.number().int(),
  /** How many requests alike this row stands for. */
  times: z.number().int(),
})
export type ActivityRow = z.infer<typeof ActivityRow>

export const ActivityDetail = ActivityRow.extend({
  /** Every entry of the request, oldest first, at most 50; `entries` says how many there are. */
  all: z.array(
    z.object({
      sequence: z.number().int(),
      at: Instant,
      kind: z.string(),
      title: z.string(),
      sentence: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
})
export type ActivityDetail = z.infer<typeof ActivityDetail>

/** To when the log is complete. The journal may have entries that are not in it yet. */
export const ActivityCompleteness = z.object({
  completeTo: Instant,
  /** Entries of the journal that have not been looked at. */
  behind: z.number().int(),
})
export type ActivityCompleteness = z.infer<typeof ActivityCompleteness>

/** Signing in, whichever way: what the chart of sign-ins counts. A success is the session, not a step to it. */
export const signInActions = [
  'auth.sign-in',
  'auth.second-factor',
  'auth.single-sign-on',
  'auth.single-sign-on-callback',
] as const
