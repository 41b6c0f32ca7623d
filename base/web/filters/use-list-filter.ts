import { useMemo } from 'react'
import { type UrlFilter, useUrlFilter } from './use-url-filter.ts'

/**
 * What a list is asked for, read from the address, where `open` names the row that is open and is no part of it.
 * @param read of the filters in the address and the time now, in milliseconds; the same function at every call
 */
export function useListFilter<Filter>(read: (url: UrlFilter, now: number) => Filter) {
  const [url, change] = useUrlFilter()
  const { open, ...rest } = url
  const key = JSON.stringify(rest)
  // A range that ends now is fixed when it is chosen; live rows come on top of it.
  const filter = useMemo(() => read(JSON.parse(key) as UrlFilter, Date.now()), [key, read])
  return { url, change, openId: open ?? null, filter }
}
