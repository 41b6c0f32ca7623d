import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import type { AnswerOf } from '../../../base/web/client/client.ts'
import type { ActivityRow } from '../common/activity.ts'
import type { activityApi } from '../common/api.ts'
import { activity } from './client.ts'
import type { ActivityFilter } from './filter.ts'
import { insertNewest } from './insert-newest.ts'

type Page = AnswerOf<typeof activityApi, 'activity.list'>
type Data = InfiniteData<Page, string | null>

const PAGE_ROWS = 100

/**
 * The requests that match a filter, with those that come while one looks. A row hardly ever changes, so what is heard
 * is put in front; while the reader is further down, or does not follow, it waits and is counted.
 */
export function useActivityList(filter: ActivityFilter, takesNew: () => boolean) {
  const cache = useQueryClient()
  const key = useMemo(() => ['activity.list', filter] as const, [filter])
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      activity.read(
        'activity.list',
        { ...filter, limit: PAGE_ROWS, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
  const [waiting, setWaiting] = useState<{ filter: ActivityFilter; rows: readonly ActivityRow[] }>({
    filter,
    rows: [],
  })
  const [live, setLive] = useState<Page['completeness']>()

  const take = (fresh: readonly ActivityRow[]) =>
    cache.setQueryData<Data>(key, (data) => data && { ...data, pages: insertNewest(data.pages, fresh) })

  const readyFor = useRef<ActivityFilter | null>(null)
  activity.useChannel('activity.changes', filter, {
    ready: () => {
      // The stream says only what is new from here on; what came between reading and now is read once more.
      const isFirst = readyFor.current !== filter
      readyFor.current = filter
      if (!isFirst) return void cache.refetchQueries({ queryKey: key }, { cancelRefetch: true })
      void activity
        .read('activity.list', { ...filter, limit: PAGE_ROWS })
        .then(({ items }) => take(items))
        .catch(() => cache.invalidateQueries({ queryKey: key }))
    },
    message: ({ rows, completeness }) => {
      setLive(completeness)
      if (rows.length === 0) return
      if (takesNew()) return void take(rows)
      setWaiting((before) => ({ filter, rows: [...(before.filter === filter ? before.rows : []), ...rows] }))
    },
  })

  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  const shown = useMemo(() => new Set(rows?.map(({ id }) => id)), [rows])
  const fresh = waiting.filter === filter ? waiting.rows.filter(({ id }) => !shown.has(id)) : []
  return {
    rows,
    completeness: live ?? query.data?.pages[0]?.completeness,
    error: query.error,
    isPending: query.isPending,
    again: () => void query.refetch(),
    more: { has: query.hasNextPage, busy: query.isFetchingNextPage, load: () => void query.fetchNextPage() },
    newCount: new Set(fresh.map(({ id }) => id)).size,
    showNew: () => {
      take(fresh)
      // What came since this was drawn waits on.
      const taken = new Set(fresh.map(({ id }) => id))
      setWaiting((before) => ({
        filter,
        rows: before.filter === filter ? before.rows.filter(({ id }) => !taken.has(id)) : [],
      }))
    },
  }
}
