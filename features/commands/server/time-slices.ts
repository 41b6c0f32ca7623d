import { lowestId } from '../../../base/common/id.ts'
import type { Slices } from '../../../base/server/text-search/time-slices.ts'

const ID_TIME_BITS = 48

/** First digits of ids, which are those of their time: how the index of substrings knows slices of time. */
export function idSlices({ bits, slices }: Slices): { digits: number; beginnings: readonly string[] } {
  const digits = (ID_TIME_BITS - bits) / 4
  return { digits, beginnings: slices.map((slice) => lowestId(slice * 2 ** bits).slice(0, digits)) }
}
