import { lowestId } from '../../../base/common/id.ts'
import type { Slices, SliceWidths } from '../../../base/server/text-search/time-slices.ts'

/** Six hexadecimal digits of an id's time are 4.7 hours, five are three days. */
export const idSliceWidths: SliceWidths = [16 ** 6, 16 ** 7]
const ID_TIME_DIGITS = 12

/** First digits of ids, which are those of their time: how the index of substrings knows slices of time. */
export function idSlices({ width, slices }: Slices): { digits: number; beginnings: readonly string[] } {
  const digits = ID_TIME_DIGITS - Math.round(Math.log2(width) / 4)
  return { digits, beginnings: slices.map((slice) => lowestId(slice * width).slice(0, digits)) }
}
