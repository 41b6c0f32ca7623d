import { QueryClient } from '@tanstack/react-query'
import { liveLink } from '../../base/web/client/live.ts'
import { Refused } from '../../base/web/client/refused.ts'

/** What was read. A refusal is an answer and is not asked again; a server that did not answer is. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof Refused && error.status >= 400 && error.status < 500),
      retryDelay: (failures) => Math.min(4_000, 400 * 2 ** failures),
    },
  },
})

const rereadEverything = () => void cache.invalidateQueries()
liveLink.onActor = rereadEverything
liveLink.onBack = rereadEverything
liveLink.onFailed = () => void cache.invalidateQueries({ queryKey: ['auth.me'] })
addEventListener('online', () => liveLink.hurry())
addEventListener('offline', () => liveLink.doubt())
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) liveLink.hurry()
})
