import { lowestId } from '../../../base/common/id.ts'

/**
 * Stretches of time by which the index of substrings knows commands: the first digits of an id, which are those of its
 * time. Six of them are 4.7 hours, five are three days. Of longer ones the index would have lists that take as long to read
 * as the text's own.
 */
const LEVELS = [
  { digits: 6, slicesMax: 4 },
  { digits: 5, slicesMax: 8 },
] as const
const ID_TIME_DIGITS = 12

export interface Slices {
  readonly digits: (typeof LEVELS)[number]['digits']
  /** First digits of ids, newest first. */
  readonly slices: readonly string[]
  /** Milliseconds since 1970 at which the oldest of them begins. */
  readonly from: number
}

/** Few slices that hold the ids of the milliseconds `from` to `to`; undefined where it would take too many. */
export function slicesBetween(from: number, to: number): Slices | undefined {
  for (const { digits, slicesMax } of LEVELS) {
    const width = 16 ** (ID_TIME_DIGITS - digits)
    const first = Math.floor(Math.max(0, from) / width)
    const last = Math.floor(Math.max(0, to) / width)
    if (last - first >= slicesMax) continue
    const slices = Array.from({ length: last - first + 1 }, (_, back) =>
      lowestId((last - back) * width).slice(0, digits),
    )
    return { digits, slices, from: first * width }
  }
  return undefined
}
