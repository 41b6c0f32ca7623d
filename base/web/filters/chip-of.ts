import type { UrlFilter } from './use-url-filter.ts'

/** What a chip needs to stand for one filter of the address. */
export const chipOf =
  (filter: UrlFilter, change: (change: UrlFilter) => void) => (label: string, name: string) => ({
    label,
    value: filter[name],
    onChange: (value: string | undefined) => change({ [name]: value }),
  })
