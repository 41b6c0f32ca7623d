import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { rangeOfUrl } from './charts/ranges.ts'
import { selectionOf } from './charts/selection.ts'
import { type ActivityFilter, activityFilterOf, UUID } from './filter.ts'

/** Which rows a page's address asks for: those of the range, of the filters, and of what was clicked in a chart. */
export function rowFilterOf(url: UrlFilter, now: number, zone: string): ActivityFilter {
  const { personId, action, serverId, failedOnly, text } = url
  const named = {
    ...activityFilterOf({ personId, action, failedOnly, text }, now),
    ...(serverId !== undefined && UUID.test(serverId) ? { serverId } : {}),
  }
  const range = rangeOfUrl(url, now, zone)
  const selection = selectionOf(url)
  const instant = (at: number) => new Date(at).toISOString()
  if (selection?.kind === 'time')
    return {
      ...named,
      ...(selection.signIns ? { action: 'auth.' } : {}),
      from: instant(selection.from),
      to: instant(selection.to),
    }
  return {
    ...named,
    from: instant(range.from),
    ...(range.isOpen ? {} : { to: instant(range.to) }),
    ...(selection?.kind === 'hour' ? { hourOfWeek: selection.place, timeZone: zone } : {}),
  }
}

const names = ['personId', 'action', 'failedOnly', 'serverId'] as const
/** All but the range: it is what the charts are of. */
export const noRowFilters: UrlFilter = Object.fromEntries([...names, 'text'].map((name) => [name, undefined]))
export const rowFiltersSet = (url: UrlFilter): number => names.filter((name) => url[name]).length
