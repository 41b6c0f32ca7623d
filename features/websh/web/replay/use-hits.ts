import { useQuery } from '@tanstack/react-query'
import type { RecordingHit } from '../../common/recording.ts'
import { recordings } from '../client.ts'

const HITS_MAX = 500

/** Moments a text was on the screen of one recording, in order. */
export function useHits(id: string, text: string, isRecording: boolean) {
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
    refetchInterval: isRecording ? 5000 : false,
  })
  const read = (cursor: string | undefined, signal: AbortSignal) =>
    recordings.read('recording.search', { id, text, ...(cursor === undefined ? {} : { cursor }) }, signal)
  return {
    hits: text === '' ? [] : (data?.items ?? []),
    isCut: data?.isCut ?? false,
    indexedTo: data?.indexedTo,
    gaps: text === '' ? [] : (data?.gaps ?? []),
    hasMoreGaps: data?.hasMoreGaps ?? false,
    error,
    isFetching,
  }
}
