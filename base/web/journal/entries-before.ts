import type { journalApi } from '../../common/journal/api.ts'
import type { AnswerOf } from '../client/client.ts'
import { journal } from './client.ts'

export type JournalEntry = AnswerOf<typeof journalApi, 'journal.entries'>['items'][number]

export interface EntriesPage {
  /** Newest first. */
  readonly items: readonly JournalEntry[]
  /** Goes back in as `end`; null when there is nothing older. */
  readonly next: number | null
}

const STEP = 100

/**
 * The entries just before number `end`, newest first. The journal is listed in its own order, oldest first, so this
 * asks for a stretch before `end`, further and further back while nothing in it is one's own to see.
 */
export async function entriesBefore(end: number, signal?: AbortSignal): Promise<EntriesPage> {
  for (let back = STEP; ; back *= 10) {
    const start = Math.max(0, end - back)
    const items: JournalEntry[] = []
    let after: number | null = start === 0 ? null : start - 1
    do {
      const page: AnswerOf<typeof journalApi, 'journal.entries'> = await journal.read(
        'journal.entries',
        { limit: Math.min(1000, end - start), ...(after === null ? {} : { after }) },
        signal,
      )
      items.push(...page.items.filter(({ sequence }) => sequence < end))
      after = page.next
    } while (after !== null && after < end - 1)
    if (items.length > 0 || start === 0) return { items: items.reverse(), next: start === 0 ? null : start }
  }
}
