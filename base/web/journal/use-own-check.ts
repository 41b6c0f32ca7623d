import { useQuery } from '@tanstack/react-query'
import { readBody } from '../../common/journal/body.ts'
import { EvidenceDamaged } from '../../common/journal/evidence.ts'
import { journal } from './client.ts'

const CHECKED_COUNT = 10

/** The newest entries one may see, each proven to be in the signed journal and read from the text that was hashed. */
export const useNewestEntriesCheck = (size: number | undefined) =>
  useQuery({
    queryKey: ['newest-entries-check', size],
    enabled: size !== undefined,
    retry: false,
    queryFn: async () => {
      const { checkRow } = await import('./check-row.ts')
      const newest = await newestEntries(size!)
      for (const { sequence, body } of newest) {
        const { proof } = await checkRow(sequence, readBody(body).subjectId ?? null)
        if (proof.body !== body)
          throw new EvidenceDamaged(
            `entry ${sequence} reads differently in the list and in its proof`,
            sequence,
          )
      }
      return newest.map(({ sequence }) => sequence)
    },
  })

/** Entries are listed in their order, so the newest are found by asking further and further back. */
async function newestEntries(size: number) {
  for (let back = 100; ; back *= 10) {
    const after = size - back - 1
    const { items } = await journal.read('journal.entries', {
      limit: back > 100 ? 1000 : 100,
      ...(after >= 0 ? { after } : {}),
    })
    if (items.length >= CHECKED_COUNT || after < 0) return items.slice(-CHECKED_COUNT)
  }
}
