import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import type { AnswerOf } from '../../../../base/web/client/client.ts'
import { HeardRows, insertRows, replaceRows } from '../../../commands/web/index.ts'
import { isOpen, type TerminalRow } from '../../common/terminal.ts'
import type { terminalApi } from '../../common/terminal-api.ts'
import { terminals } from '../client.ts'
import type { TerminalFilter } from './filter.ts'

type Page = AnswerOf<typeof terminalApi, 'terminal.list'>
type Data = InfiniteData<Page, string | null>

const PAGE_ROWS = 100

/** The terminals that match a filter, kept up to date: shown rows change in place, new ones come on top. */
export function useTerminalList(filter: TerminalFilter) {
  const cache = useQueryClient()
  const key = useMemo(() => ['terminal.list', filter] as const, [filter])
  const heard = useRef(new HeardRows<TerminalRow>())
  const [completeness, setCompleteness] = useState<Page['completeness'] | null>(null)
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => {
      const askedAt = performance.now()
      const page = await terminals.read(
        'terminal.list',
        { ...filter, limit: PAGE_ROWS, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      )
      return { ...page, items: heard.current.over(page.items, askedAt) }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
  // The stream leaves out what changes while a terminal lives: a row that ends stays and says so.
  const { status, live, ...streamed } = filter
  const belongs = (row: TerminalRow) =>
    (status === undefined || row.status === status) &&
    (live === undefined || isOpen(row.status) === (live === 'true'))
  terminals.useChannel('terminal.changes', streamed, {
    ready: () => void cache.invalidateQueries({ queryKey: key }),
    message: (change) => {
      if (change.completeness !== null) setCompleteness(change.completeness)
      heard.current.hear(change.rows, performance.now())
      cache.setQueryData<Data>(key, (data) => {
        if (data === undefined) return data
        const { pages, unknown } = replaceRows(data.pages, change.rows)
        return { ...data, pages: insertRows(pages, unknown.filter(belongs)) }
      })
    },
  })
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  return {
    rows,
    completeness: completeness ?? query.data?.pages[0]?.completeness,
    error: query.error,
    isPending: query.isPending,
    again: () => void query.refetch(),
    more: { has: query.hasNextPage, busy: query.isFetchingNextPage, load: () => void query.fetchNextPage() },
  }
}
