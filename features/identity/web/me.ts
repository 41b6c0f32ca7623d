import { queryOptions } from '@tanstack/react-query'
import { Refused } from '../../../base/web/client/refused.ts'
import type { Me } from '../common/person.ts'
import { identity } from './client.ts'

/** Who is signed in; null when nobody is. */
export const me = () =>
  queryOptions({
    queryKey: ['auth.me'],
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        // Asked first, since a refusal would stand in the browser's console as an error.
        const { signedIn } = await identity.read('auth.session', {}, signal)
        return signedIn ? await identity.read('auth.me', {}, signal) : null
      } catch (error) {
        if (error instanceof Refused && error.status === 401) return null
        throw error
      }
    },
    staleTime: 60_000,
  })
