import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import type { View } from '../../../base/web/parts/PageHead.tsx'
import { filterNames } from './filter.ts'

const forAll = [
  { label: 'All', search: {} },
  { label: 'Failed', search: { status: 'Failed' } },
  { label: 'Running', search: { status: 'Running' } },
  { label: 'Unresponsive', search: { status: 'Unresponsive' } },
]
const forMembers = [
  { label: 'All', search: {} },
  { label: 'Failed', search: { status: 'Failed' } },
  { label: 'Last 7 days', search: { date: '7d' } },
]

/** Views are named addresses: the one whose filters are set is current. */
export function viewsOf(mine: boolean, url: UrlFilter): View[] {
  const set = JSON.stringify(filterNames.filter((name) => url[name]).map((name) => [name, url[name]]))
  return (mine ? forMembers : forAll).map(({ label, search }) => ({
    label,
    to: '/commands',
    search: search as Record<string, string>,
    current:
      JSON.stringify(
        filterNames
          .filter((name) => name in search)
          .map((name) => [name, (search as Record<string, string>)[name]]),
      ) === set,
  }))
}
