import { useQuery } from '@tanstack/react-query'

const EVERY_MILLISECONDS = 20_000

/** The newest head of the journal, checked in this browser, again every so often. */
export const useHeadCheck = () =>
  useQuery({
    queryKey: ['head-check'],
    queryFn: async () => (await import('./check-head.ts')).checkNewestHead(),
    refetchInterval: EVERY_MILLISECONDS,
    staleTime: EVERY_MILLISECONDS / 2,
    retry: false,
  })
