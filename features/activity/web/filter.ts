import type { AskOf } from '../../../base/web/client/client.ts'
import { rangeOf } from '../../../base/web/filters/dates.ts'
import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import type { activityApi } from '../common/api.ts'

export type ActivityFilter = Omit<AskOf<typeof activityApi, 'activity.list'>, 'cursor' | 'limit'>

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Which filters a page's address sets; what makes no sense in it is left out. */
export function activityFilterOf(url: UrlFilter, now: number): ActivityFilter {
  const { personId, action, feature, object, failedOnly, text } = url
  return {
    ...(personId !== undefined && UUID.test(personId) ? { personId } : {}),
    ...(action ? { action: action.slice(0, 200) } : {}),
    ...(feature ? { feature: feature.slice(0, 200) } : {}),
    ...(object ? { object: object.slice(0, 200) } : {}),
    ...(failedOnly === 'true' ? { failedOnly } : {}),
    ...(text ? { text: text.slice(0, 200) } : {}),
    ...rangeOf(url, now),
  }
}

const chips = ['personId', 'feature', 'action', 'object', 'failedOnly'] as const
export const filterNames = [...chips, 'text', 'date', 'from', 'to'] as const
export const noFilters: UrlFilter = Object.fromEntries(filterNames.map((name) => [name, undefined]))
/** The filters behind the one button of a phone: all but the search box. */
export const countSet = (url: UrlFilter): number =>
  chips.filter((name) => url[name]).length + (url['date'] || url['from'] || url['to'] ? 1 : 0)
