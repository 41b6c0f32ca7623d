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
        return await identity.read('auth.me', {}, signal)
      } catch (error) {
        if (error instanceof Refused && error.status === 401) return null
        throw error
      }
    },
    staleTime: 60_000,
  })
