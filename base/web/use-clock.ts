import { useEffect, useState, useSyncExternalStore } from 'react'
import { usePreferences } from './preferences.ts'
import { useViewer } from './viewer.ts'

/** The zone this person reads times in. */
export function useZone(): string {
  const { timeZone } = usePreferences()
  const { workspace } = useViewer()
  return timeZone ?? workspace.timeZone
}

/** Now, ticking while `active`; standing still otherwise. */
export function useNow(everyMilliseconds: number, active = true): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!active) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMilliseconds)
    return () => clearInterval(timer)
  }, [everyMilliseconds, active])
  return now
}

export type Tier = 'wide' | 'medium' | 'small' | 'phone'
const queries = ['(min-width: 1280px)', '(min-width: 1024px)', '(min-width: 821px)'].map((query) =>
  matchMedia(query),
)

const tierNow = (): Tier =>
  queries[0]!.matches ? 'wide' : queries[1]!.matches ? 'medium' : queries[2]!.matches ? 'small' : 'phone'

function listen(listener: () => void) {
  for (const query of queries) query.addEventListener('change', listener)
  return () => {
    for (const query of queries) query.removeEventListener('change', listener)
  }
}

/** How much room there is: the four layouts of the design. */
export const useTier = (): Tier => useSyncExternalStore(listen, tierNow)
