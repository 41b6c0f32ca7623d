import type { RemovedStretch } from '../../../common/recording.ts'

/** What was removed, for files that go where no page explains it. */
export function removedWords(removed: RemovedStretch): string {
  const { fromSegment, toSegment, fromMilliseconds, toMilliseconds, removedAt, why } = removed
  const segments =
    fromSegment === toSegment ? `segment ${fromSegment}` : `segments ${fromSegment} to ${toSegment}`
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3)
  return `removed: ${segments}, from ${seconds(fromMilliseconds)} to ${seconds(toMilliseconds)} s, on ${removedAt} (${why}); the hashes are kept`
}
