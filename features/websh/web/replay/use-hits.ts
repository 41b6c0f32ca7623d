import { useQuery } from '@tanstack/react-query'
import type { RecordingHit } from '../../common/recording.ts'
import { recordings } from '../client.ts'

const HITS_MAX = 500
const BEHIND_MILLISECONDS = 2000

/** Whether a search still lacks the end of a recording. `endsAt`: milliseconds since 1970; null while it goes on. */
export const isBehind = (indexedTo: string, endsAt: number | null): boolean =>
  endsAt === null || Date.parse(indexedTo) < endsAt

/** Moments a text was on the screen of one recording, in order; asked again until all of it was searched. */
export function useHits(id: string, text: string, endsAt: number | null) {
  const { data, error, isFetching } = useQuery({
    queryKey: ['recording.search', { id, text }],
    queryFn: async ({ signal }) => {
      const items: RecordingHit[] = []
      for (let cursor: string | undefined; ; ) {
        const page: Awaited<ReturnType<typeof read>> = await read(cursor, signal)
        items.push(...page.items)
        if (page.next === null || items.length >= HITS_MAX)
          return {
            items: items.toSorted((left, right) => left.seconds - right.seconds || left.row - right.row),
            isCut: page.next !== null,
            indexedTo: page.indexedTo,
            gaps: page.gaps,
            hasMoreGaps: page.hasMoreGaps,
          }
        cursor = page.next
      }
    },
    enabled: text !== '',
    placeholderData: (before, query) =>
      (query?.queryKey[1] as { id?: string } | undefined)?.id === id && text !== '' ? before : undefined,
    refetchInterval: ({ state }) =>
      endsAt === null
        ? 5000
        : state.data !== undefined && isBehind(state.data.indexedTo, endsAt)
          ? BEHIND_MILLISECONDS
          : false,
  })
  const read = (cursor: string | undefined, signal: AbortSignal) =>
    recordings.read('recording.search', { id, text, ...(cursor === undefined ? {} : { cursor }) }, signal)
  return {
    hits: text === '' ? [] : (data?.items ?? []),
    isCut: data?.isCut ?? false,
    isBehind: data !== undefined && isBehind(data.indexedTo, endsAt),
    gaps: text === '' ? [] : (data?.gaps ?? []),
    hasMoreGaps: data?.hasMoreGaps ?? false,
    error,
    isFetching,
  }
}
