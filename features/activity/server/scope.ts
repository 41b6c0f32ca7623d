import type { Scope } from '../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const
const everybody = { ...everyone, member: 'every row' } as const

/** A member sees what they did themselves; counts of everybody would tell more than that. */
export const activityScopes = {
  activity: {
    ...everyone,
    member: (row, actor) => row('activity.actor_id', '=', actor.id),
  } satisfies Scope<'activity'>,
  activity_address: {
    ...everyone,
    member: (row, actor) => row('activity_address.actor_id', '=', actor.id),
  } satisfies Scope<'activity_address'>,
  activity_count: {
    ...everyone,
    member: (row, actor) => row('activity_count.owner_id', '=', actor.id),
  } satisfies Scope<'activity_count'>,
  // The names things have now may be names one may not see: a member's charts say those of their own requests.
  activity_name: {
    ...everyone,
    member: (row, actor) => row('activity_name.actor_id', '=', actor.id),
  } satisfies Scope<'activity_name'>,
  // How far the log is: a number and a time.
  activity_mark: everybody satisfies Scope<'activity_mark'>,
}
