import { TILE_WIDTH } from '../../../base/common/journal/tile-tree.ts'
import type { Range } from './range.ts'

/** Entries one thread reads at a time: large enough to cost nothing, small enough that all cores finish together. */
const RANGE_ENTRIES = 256 * TILE_WIDTH

export interface PlanAsk {
  readonly end: number
  /** What was asked for; entries outside are not read. */
  readonly from: number
  readonly to: number
  /** Ascending. */
  readonly sizes: readonly number[]
  readonly checkpoints: readonly { readonly size: number; readonly note: string; readonly signer: string }[]
}

/** Cuts the journal into runs of tiles. */
export function planRanges({ end, from, to, sizes, checkpoints }: PlanAsk): Range[] {
  const ranges: Range[] = []
  let size = 0
  let checkpoint = 0
  for (let start = 0; start < end; ) {
    const reads = start + TILE_WIDTH > from && start < to
    const border = reads
      ? Math.ceil(to / TILE_WIDTH) * TILE_WIDTH
      : Math.floor(from / TILE_WIDTH) * TILE_WIDTH
    const until = Math.min(end, start + RANGE_ENTRIES, border > start ? border : end)
    const firstSize = size
    while (size < sizes.length && sizes[size]! <= until) size++
    const firstCheckpoint = checkpoint
    while (checkpoint < checkpoints.length && checkpoints[checkpoint]!.size <= until) checkpoint++
    ranges.push({
      from: start,
      to: until,
      reads,
      sizes: sizes.slice(firstSize, size),
      checkpoints: checkpoints.slice(firstCheckpoint, checkpoint),
    })
    start = until
  }
  return ranges
}
