import { useQuery } from '@tanstack/react-query'
import type { TerminalCommand } from '../../common/recording.ts'
import { recordings } from '../client.ts'

const COMMANDS_MAX = 5000
const AGAIN_MILLISECONDS = 2500

export interface Commands {
  readonly items: readonly TerminalCommand[]
  /** False while they are still being worked out. */
  readonly complete: boolean
  /** There are more than are shown. */
  readonly isCut: boolean
  readonly error: Error | null
  readonly isPending: boolean
}

/** What was run in a terminal, read again until it is all known. */
export function useCommands(id: string, isLive: boolean): Commands {
  const { data, error, isPending } = useQuery({
    queryKey: ['terminal.commands', { id }],
    queryFn: async ({ signal }) => {
      const items: TerminalCommand[] = []
      for (let cursor: number | null = 0; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof read>> = await read(cursor, signal)
        items.push(...page.items)
        if (page.next === null || items.length >= COMMANDS_MAX)
          return { items, complete: page.complete, isCut: page.next !== null }
        cursor = page.next
      }
      return { items, complete: true, isCut: false }
    },
    refetchInterval: ({ state }) =>
      state.data === undefined || (state.data.complete && !isLive) ? false : AGAIN_MILLISECONDS,
  })
  const read = (cursor: number, signal: AbortSignal) =>
    recordings.read('terminal.commands', { id, ...(cursor === 0 ? {} : { cursor }) }, signal)
  return {
    items: data?.items ?? [],
    complete: data?.complete ?? false,
    isCut: data?.isCut ?? false,
    error,
    isPending,
  }
}
