import { useEffect, useRef } from 'react'
import { liveLink } from './live.ts'

export interface ChannelEvents<M> {
  readonly message: (message: M) => void
  /** The backfill is over; what follows is live. Also after each reconnect. */
  readonly ready?: () => void
  /** What to subscribe with after a reconnect, where that is not what it began with. */
  readonly resume?: () => unknown
  readonly end?: (fault: { code: string; message: string } | null) => void
}

/** Subscribes while mounted; a new name or input subscribes anew. The handlers may change freely. */
export function useSubscription(
  name: string,
  input: Record<string, unknown> | null,
  events: ChannelEvents<unknown>,
): void {
  const latest = useRef(events)
  useEffect(() => {
    latest.current = events
  })
  const key = input === null ? null : JSON.stringify(input)
  useEffect(() => {
    if (key === null) return
    return liveLink.subscribe(name, JSON.parse(key), {
      message: (message) => latest.current.message(message),
      ready: () => latest.current.ready?.(),
      resume: () => latest.current.resume?.(),
      end: (fault) => latest.current.end?.(fault),
    })
  }, [name, key])
}
