import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useRef } from 'react'

export type UrlFilter = Readonly<Record<string, string | undefined>>

/** What changes on the way, and is no step of its own to go back by. */
const passing: ReadonlySet<string> = new Set(['open', 'entry', 't', 'new', 'enrol'])

/** Whether a change is a step: back leads to what was before it. Words are one step however long they are typed. */
export const isStep = (before: UrlFilter, patch: UrlFilter): boolean =>
  Object.entries(patch).some(
    ([name, value]) =>
      (before[name] || undefined) !== (value || undefined) &&
      !passing.has(name) &&
      !((name === 'text' || name === 'find') && before[name] && value),
  )

/** The filters of a page live in its address: a link reproduces the view. An empty value is taken out. */
export function useUrlFilter(): readonly [UrlFilter, (change: UrlFilter) => void] {
  const search = useSearch({ strict: false }) as UrlFilter
  const navigate = useNavigate()
  const latest = useRef(search)
  latest.current = search
  const change = useCallback(
    (patch: UrlFilter) =>
      void navigate({
        to: '.',
        search: ((before: UrlFilter) => ({ ...before, ...patch })) as never,
        replace: !isStep(latest.current, patch),
      }),
    [navigate],
  )
  return [search, change]
}
