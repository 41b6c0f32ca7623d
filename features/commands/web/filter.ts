import type { AskOf } from '../../../base/web/client/client.ts'
import { rangeOf } from '../../../base/web/filters/dates.ts'
import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import type { commandsApi } from '../common/api.ts'
import type { StatusWord } from '../common/command.ts'
import { statusLooks } from './command-status.ts'

export type CommandFilter = Omit<AskOf<typeof commandsApi, 'command.list'>, 'cursor' | 'limit'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Which filters a page's address sets; what makes no sense in it is left out. */
export function commandFilterOf(url: UrlFilter, now: number): CommandFilter {
  const { serverId, personId, status, shell, text, scheduled } = url
  return {
    ...(serverId !== undefined && UUID.test(serverId) ? { serverId } : {}),
    ...(personId !== undefined && UUID.test(personId) ? { personId } : {}),
    ...(status !== undefined && status in statusLooks ? { status: status as StatusWord } : {}),
    ...(shell === 'system' || shell === 'internal' ? { shell } : {}),
    ...(text !== undefined && text !== '' ? { text: text.slice(0, 200) } : {}),
    ...(scheduled === 'true' || scheduled === 'false' ? { scheduled } : {}),
    ...rangeOf(url, now),
  }
}

export const filterNames = [
  'serverId',
  'personId',
  'whose',
  'status',
  'shell',
  'text',
  'scheduled',
  'date',
  'from',
  'to',
]
export const noFilters = Object.fromEntries(filterNames.map((name) => [name, undefined]))
/** The filters behind the one button of a phone: all but the search box. */
export const countSet = (url: UrlFilter): number =>
  ['serverId', 'personId', 'whose', 'status', 'shell', 'scheduled'].filter((name) => url[name]).length +
  (url['date'] || url['from'] || url['to'] ? 1 : 0)
