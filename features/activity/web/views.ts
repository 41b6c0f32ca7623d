import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import type { View } from '../../../base/web/parts/PageHead.tsx'
import { filterNames } from './filter.ts'

const views: readonly { readonly label: string; readonly search: UrlFilter }[] = [
  { label: 'All', search: {} },
  { label: 'Failed', search: { failedOnly: 'true' } },
  { label: 'Sign-ins', search: { action: 'auth.sign-in' } },
  { label: 'Last 24 hours', search: { date: '24h' } },
]

/** Views are named addresses: the one whose filters are set is current. */
export function viewsOf(url: UrlFilter): View[] {
  const setIn = (search: UrlFilter) =>
    JSON.stringify(filterNames.filter((name) => search[name]).map((name) => [name, search[name]]))
  return views.map(({ label, search }) => ({
    label,
    to: '/governance/activity',
    search,
    current: setIn(search) === setIn(url),
  }))
}
