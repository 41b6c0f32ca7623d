import { z } from 'zod'
import {
  type Api,
  channel,
  Instant,
  InstantAsk,
  PageAsk,
  page,
  query,
  ROLES,
} from '../../../base/common/api.ts'
import { ActivityCompleteness, ActivityDetail, ActivityRow } from './activity.ts'

const Name = z.string().min(1).max(200)

/** Filters of the Activity log; each is a URL parameter of the same name. */
export const ActivityFilter = z.object({
  personId: z.uuid().optional(),
  /** An endpoint's full name, or a feature's followed by a dot: `auth.sign-in`, `command.`. */
  action: Name.optional(),
  /** The name of a feature: what the choices of `activity.actions` are grouped by. */
  feature: Name.optional(),
  /** A kind of thing (`command`), or one thing's id. */
  object: Name.optional(),
  /** Requests that had to do with this server. */
  serverId: z.uuid().optional(),
  failedOnly: z.stringbool().optional(),
  from: InstantAsk.optional(),
  to: InstantAsk.optional(),
  /** An hour of the week in `timeZone`, Monday 00:00 is 0; needs `from`. */
  hourOfWeek: z.coerce.number().int().min(0).max(167).optional(),
  /** UTC unless given. */
  timeZone: z.string().min(1).max(64).optional(),
  /** Looked for in the sentence, names, addresses; letter case ignored. */
  text: z.string().min(1).max(200).optional(),
})

const Counts = z.object({ succeeded: z.number().int(), failed: z.number().int() })

export const activityApi = {
  'activity.list': query({
    allow: ROLES,
    about: 'Requests one may see, newest first: who did what from where, and what it was answered with.',
    rows: 'their own requests',
    in: PageAsk.extend(ActivityFilter.shape),
    out: page(ActivityRow).extend({ completeness: ActivityCompleteness }),
  }),
  'activity.read': query({
    allow: ROLES,
    about: 'One request with every entry it made.',
    rows: 'their own requests',
    in: z.object({ id: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
    out: ActivityDetail,
  }),
  'activity.actions': query({
    allow: ROLES,
    about: 'What can be filtered by: every action there is, by feature, and the kinds of things acted on.',
    rows: 'what everybody sees',
    in: z.object({}),
    out: z.object({
      actions: z.array(z.object({ name: z.string(), feature: z.string(), about: z.string() })),
      objects: z.array(z.string()),
    }),
  }),
  'activity.series': query({
    allow: ROLES,
    about: 'Requests counted over a range: by time and weekday, action, person, server, or sign-ins.',
    rows: 'their own requests',
    in: z.object({
      by: z.enum(['hour', 'action', 'person', 'server', 'sign-in']),
      from: InstantAsk,
      to: InstantAsk,
      personId: z.uuid().optional(),
      action: Name.optional(),
      /** For days and weekdays; UTC unless given. */
      timeZone: z.string().min(1).max(64).default('UTC'),
    }),
    out: z.object({
      by: z.enum(['hour', 'action', 'person', 'server', 'sign-in']),
      /** What was counted: the range, widened to whole minutes, hours, or days. */
      from: Instant,
      to: Instant,
      /** The width of a point. A day is one of the time zone. */
      bucket: z.enum(['minute', 'hour', 'day', 'month']),
      /** By `hour` and `sign-in`, oldest first. Those without any request are left out. At most 750. */
      points: z.array(Counts.extend({ at: Instant })),
      /** By `hour`: weekday 1 is Monday, 7 Sunday; hours 0 to 23 of the time zone. At most 168. */
      heat: z.array(z.object({ weekday: z.number().int(), hour: z.number().int(), n: z.number().int() })),
      /** By `action`, `person` and `server`: those with most requests first, at most 50. */
      items: z.array(Counts.extend({ key: z.string(), name: z.string() })),
      /** What `items` left out. */
      others: Counts.extend({ items: z.number().int() }),
      /** By `sign-in`: addresses seen of a person for the first time, where others were before. Newest first, at most 50. */
      newAddresses: z.array(
        z.object({
          id: z.number().int(),
          at: Instant,
          personId: z.string(),
          personName: z.string(),
          address: z.string(),
        }),
      ),
      total: Counts,
      completeness: ActivityCompleteness,
    }),
  }),
  'activity.changes': channel({
    allow: ROLES,
    about: 'Rows that match the filter, as they are sealed.',
    rows: 'their own requests',
    in: ActivityFilter,
    out: z.object({ rows: z.array(ActivityRow), completeness: ActivityCompleteness }),
  }),
} as const satisfies Api
