import { lowestId } from '../../../base/common/id.ts'

/**
 * Stretches of time by which the index of substrings knows commands: the first digits of an id, which are those of its
 * time. Six of them are 4.7 hours, five are three days, four are seven weeks.
 */
const COARSEST = { digits: 4, slicesMax: 8 } as const
const LEVELS = [{ digits: 6, slicesMax: 4 }, { digits: 5, slicesMax: 8 }, COARSEST] as const
const ID_TIME_DIGITS = 12

export interface Slices {
  readonly digits: (typeof LEVELS)[number]['digits']
  /** First digits of ids, newest first. */
  readonly slices: readonly string[]
  /** Milliseconds since 1970 at which the oldest of them begins. */
  readonly from: number
}

/** Few slices that hold the ids of the milliseconds `from` to `to`, or of the last year before `to` where that is more. */
export function slicesBetween(from: number, to: number): Slices {
  const sliceAt = (at: number, digits: number) => Math.floor(Math.max(0, at) / widthOf(digits))
  const { digits, slicesMax } =
    LEVELS.find((level) => sliceAt(to, level.digits) - sliceAt(from, level.digits) < level.slicesMax) ??
    COARSEST
  const width = widthOf(digits)
  const last = sliceAt(to, digits)
  const first = Math.max(sliceAt(from, digits), last - slicesMax + 1)
  const slices = Array.from({ length: last - first + 1 }, (_, back) =>
    lowestId((last - back) * width).slice(0, digits),
  )
  return { digits, slices, from: first * width }
}

const widthOf = (digits: number) => 16 ** (ID_TIME_DIGITS - digits)
