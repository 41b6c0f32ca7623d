import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

export type UrlFilter = Readonly<Record<string, string | undefined>>

/** The filters of a page live in its address: a link reproduces the view. An empty value is taken out. */
export function useUrlFilter(): readonly [UrlFilter, (change: UrlFilter) => void] {
  const search = useSearch({ strict: false }) as UrlFilter
  const navigate = useNavigate()
  const change = useCallback(
    (patch: UrlFilter) =>
      void navigate({
        to: '.',
        search: ((before: UrlFilter) => ({ ...before, ...patch })) as never,
        replace: true,
      }),
    [navigate],
  )
  return [search, change]
}
