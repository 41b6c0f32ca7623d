import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import type { AnswerOf } from '../../../base/web/client/client.ts'
import type { serversApi } from '../common/api.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'

type Data = InfiniteData<AnswerOf<typeof serversApi, 'server.list'>, string | null>

/** Keeps shown servers up to date; a server that is not shown yet makes the list be read again. */
export function useLiveServers(onChange?: (changed: readonly Server[]) => void): void {
  const cache = useQueryClient()
  const known = useRef<Set<string> | null>(null)
  const apply = useCallback(
    (changed: readonly Server[], goneIds: readonly string[]) => {
      const byId = new Map(changed.map((server) => [server.id, server]))
      cache.setQueriesData<Data>(
        { queryKey: ['server.list'], predicate: ({ queryKey }) => isPaged(queryKey[1]) },
        (data) =>
          data === undefined
            ? data
            : {
                ...data,
                pages: data.pages.map((page) => ({
                  ...page,
                  items: page.items
                    .filter(({ id }) => !goneIds.includes(id))
                    .map((server) => byId.get(server.id) ?? server),
                })),
              },
      )
      for (const id of byId.keys()) void cache.invalidateQueries({ queryKey: ['server.read', { id }] })
    },
    [cache],
  )
  servers.useChannel(
    'server.changes',
    {},
    {
      message: ({ servers: changed, goneIds }) => {
        apply(changed, goneIds)
        const isFirst = known.current === null
        known.current ??= new Set()
        const fresh = changed.filter(({ id }) => !known.current!.has(id))
        for (const { id } of changed) known.current.add(id)
        if (!isFirst && fresh.length > 0) void cache.invalidateQueries({ queryKey: ['server.list'] })
        onChange?.(changed)
      },
    },
  )
}

const isPaged = (input: unknown): boolean => typeof input === 'object' && input !== null && 'page' in input
