import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { AnswerOf } from '../../../base/web/client/client.ts'
import type { commandsApi } from '../common/api.ts'
import type { CommandRow } from '../common/command.ts'
import { commands } from './client.ts'
import type { CommandFilter } from './filter.ts'
import { HeardRows } from './heard-rows.ts'
import { insertRows, replaceRows } from './row-pages.ts'

type Page = AnswerOf<typeof commandsApi, 'command.list'>
type Change = AnswerOf<typeof commandsApi, 'command.changes'>
type Data = InfiniteData<Page, string | null>

const PAGE_ROWS = 100

/**
 * The rows that match a filter, kept up to date without a reload. Rows already shown change in place; new ones wait
 * until they are asked for, unless `takesNew` says that the list follows.
 */
export function useCommandList(filter: CommandFilter, takesNew: () => boolean) {
  const cache = useQueryClient()
  const key = useMemo(() => ['command.list', filter] as const, [filter])
  const heard = useRef(new HeardRows<CommandRow>())
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => {
      const askedAt = performance.now()
      const page = await commands.read(
        'command.list',
        { ...filter, limit: PAGE_ROWS, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      )
      return { ...page, items: heard.current.over(page.items, askedAt) }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])

  // Rows that arrived and are not shown yet, by id; they belong to one filter and are dropped with it.
  // Not a state: what is let in must be what was heard last, also where that is not drawn yet.
  const waiting = useRef<{ filter: CommandFilter; rows: ReadonlyMap<string, CommandRow> }>({
    filter,
    rows: new Map(),
  })
  const early = useRef<CommandRow[]>([])
  const live = useRef<Change['completeness']>(null)
  const [, setHeard] = useState(0)

  const take = useCallback(
    (fresh: readonly CommandRow[]) =>
      cache.setQueryData<Data>(key, (data) => data && { ...data, pages: insertRows(data.pages, fresh) }),
    [cache, key],
  )
  const merge = (changed: readonly CommandRow[], takesAll: boolean) => {
    const data = cache.getQueryData<Data>(key)
    if (data === undefined) {
      early.current.push(...changed)
      return
    }
    const { pages, unknown } = replaceRows(data.pages, changed)
    if (pages !== data.pages) cache.setQueryData<Data>(key, { ...data, pages })
    const fresh = unknown.filter((row) => filter.status === undefined || row.status === filter.status)
    if (fresh.length === 0) return
    const isEmpty = pages.every(({ items }) => items.length === 0)
    if (isEmpty || takesAll || takesNew()) take(fresh)
    else {
      const next = new Map(waiting.current.filter === filter ? waiting.current.rows : [])
      for (const row of fresh) next.set(row.id, row)
      waiting.current = { filter, rows: next }
      setHeard((times) => times + 1)
    }
  }

  // What was heard while the list was being read may be newer than what was read.
  useEffect(() => {
    if (rows !== undefined && early.current.length > 0) merge(early.current.splice(0), true)
  })

  // The stream leaves the status out of the filter: a row that leaves it stays where it is and says its new status.
  const { status: _, ...streamed } = filter
  const readyFor = useRef<CommandFilter | null>(null)
  commands.useChannel('command.changes', streamed, {
    ready: () => {
      // The stream says only what is new from here on. What happened between reading the list and now is read once
      // more: a page when the list has just been opened; all of it after a reconnect, or while it is being read.
      const isFirst = readyFor.current !== filter
      readyFor.current = filter
      if (!isFirst || cache.getQueryData(key) === undefined)
        void cache.refetchQueries({ queryKey: key }, { cancelRefetch: true })
      else {
        const askedAt = performance.now()
        void commands
          .read('command.list', { ...filter, limit: PAGE_ROWS })
          .then(({ items }) => merge(heard.current.over(items, askedAt), true))
          .catch(() => cache.invalidateQueries({ queryKey: key }))
      }
    },
    message: (change) => {
      if (change.completeness !== null) {
        live.current = change.completeness
        setHeard((times) => times + 1)
      }
      heard.current.hear(change.rows, performance.now())
      merge(change.rows, false)
    },
  })

  const shownIds = useMemo(() => new Set(rows?.map(({ id }) => id)), [rows])
  const fresh =
    waiting.current.filter === filter
      ? [...waiting.current.rows.values()].filter(({ id }) => !shownIds.has(id))
      : []
  const completeness = live.current ?? query.data?.pages[0]?.completeness
  return {
    rows,
    completeness,
    error: query.error,
    isPending: query.isPending,
    again: () => void query.refetch(),
    more: { has: query.hasNextPage, busy: query.isFetchingNextPage, load: () => void query.fetchNextPage() },
    newCount: fresh.length,
    showNew: () => {
      const { filter: ofFilter, rows } = waiting.current
      waiting.current = { filter, rows: new Map() }
      if (ofFilter === filter) merge([...rows.values()], true)
      setHeard((times) => times + 1)
    },
  }
}
