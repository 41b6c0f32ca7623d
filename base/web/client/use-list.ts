import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** A keyset list, read page by page as it is scrolled. The key begins with the endpoint's name, so that acts refresh it. */
export function useList<T>(
  key: readonly [name: string, input: unknown],
  read: (cursor: { cursor?: string }, signal: AbortSignal) => Promise<Page<T>>,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam === null ? {} : { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  return {
    rows,
    error: query.error,
    isPending: query.isPending,
    again: () => void query.refetch(),
    more: {
      has: query.hasNextPage,
      busy: query.isFetchingNextPage,
      load: () => void query.fetchNextPage(),
    },
  }
}

/** Every page of a short list, for pickers. @param limit rows, after which reading stops */
export async function readAll<T>(
  read: (cursor: { cursor?: string }) => Promise<Page<T>>,
  limit = 2000,
): Promise<T[]> {
  const all: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await read(cursor === null ? {} : { cursor })
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== null && all.length < limit)
  return all
}
