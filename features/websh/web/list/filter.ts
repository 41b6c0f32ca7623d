import type { AskOf } from '../../../../base/web/client/client.ts'
import { rangeOf } from '../../../../base/web/filters/dates.ts'
import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { TerminalStatus } from '../../common/terminal.ts'
import type { terminalApi } from '../../common/terminal-api.ts'

export type TerminalFilter = Omit<AskOf<typeof terminalApi, 'terminal.list'>, 'cursor' | 'limit'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Which filters a page's address sets; what makes no sense in it is left out. */
export function terminalFilterOf(url: UrlFilter, now: number): TerminalFilter {
  const { serverId, personId, account, live, text, workSessionId } = url
  const status = TerminalStatus.safeParse(url['status']).data
  return {
    ...(serverId !== undefined && UUID.test(serverId) ? { serverId } : {}),
    ...(personId !== undefined && UUID.test(personId) ? { personId } : {}),
    ...(workSessionId !== undefined && UUID.test(workSessionId) ? { workSessionId } : {}),
    ...(account ? { account: account.slice(0, 64) } : {}),
    ...(status === undefined ? {} : { status }),
    ...(live === 'true' || live === 'false' ? { live } : {}),
    ...(text ? { text: text.slice(0, 200) } : {}),
    ...rangeOf(url, now),
  }
}

export const filterNames = [
  'serverId',
  'personId',
  'whose',
  'account',
  'status',
  'live',
  'workSessionId',
  'text',
  'date',
  'from',
  'to',
]
export const noFilters = Object.fromEntries(filterNames.map((name) => [name, undefined]))
/** The filters behind the one button of a phone: all but the search box. */
export const countSet = (url: UrlFilter): number =>
  ['serverId', 'personId', 'whose', 'account', 'status', 'live'].filter((name) => url[name]).length +
  (url['date'] || url['from'] || url['to'] ? 1 : 0)
