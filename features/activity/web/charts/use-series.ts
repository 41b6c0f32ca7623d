import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { AnswerOf } from '../../../../base/web/client/client.ts'
import type { activityApi } from '../../common/api.ts'
import { activity } from '../client.ts'

export type Series = AnswerOf<typeof activityApi, 'activity.series'>

export interface SeriesAsk {
  readonly from: number
  readonly to: number
  readonly timeZone: string
  readonly personId: string | undefined
  readonly action: string | undefined
}

/** The numbers of one chart; those of before stay while newer ones are read. */
export function useSeries(
  by: Series['by'],
  { from, to, personId, action, timeZone }: SeriesAsk,
  enabled = true,
) {
  return useQuery({
    ...activity.ask('activity.series', {
      by,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      timeZone,
      ...(personId === undefined ? {} : { personId }),
      ...(action === undefined ? {} : { action }),
    }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    // Each time the clock moves on it is another question; answers to old ones are soon forgotten.
    gcTime: 30_000,
  })
}

const QUIET_MILLISECONDS = 5_000
const MINUTE = 60_000

/** Now, moving on each minute, and soon after something was heard: charts need not redraw for every request. */
export function useMovingNow(heard: unknown, isMoving: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => setNow(Date.now()), MINUTE)
    return () => clearInterval(timer)
  }, [isMoving])
  const isFirst = useRef(true)
  useEffect(() => {
    if (isFirst.current || !isMoving || pending.current !== undefined) {
      isFirst.current = false
      return
    }
    pending.current = setTimeout(() => {
      pending.current = undefined
      setNow(Date.now())
    }, QUIET_MILLISECONDS)
  }, [heard, isMoving])
  useEffect(
    () => () => {
      clearTimeout(pending.current)
      pending.current = undefined
    },
    [],
  )
  return now
}
