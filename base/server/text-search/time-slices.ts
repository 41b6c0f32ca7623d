/**
 * Stretches of time by which an index of substrings knows rows: time divided by a power of two milliseconds. The narrow ones are
 * 4.7 hours, the wide ones three days. Of longer ones the index would have lists that take as long to read as the text's own.
 */
const LEVELS = [
  { bits: 24, slicesMax: 4 },
  { bits: 28, slicesMax: 8 },
] as const
export type SliceBits = (typeof LEVELS)[number]['bits']

export interface Slices {
  /** A slice is 2 to the power of this, in milliseconds. */
  readonly bits: SliceBits
  /** Which since 1970, newest first. */
  readonly slices: readonly number[]
  /** Milliseconds since 1970 at which the oldest of them begins. */
  readonly from: number
}

/** Few slices that hold the milliseconds `from` to `to`; undefined where it would take too many. */
export function slicesBetween(from: number, to: number): Slices | undefined {
  for (const { bits, slicesMax } of LEVELS) {
    const width = 2 ** bits
    const first = Math.floor(Math.max(0, from) / width)
    const last = Math.floor(Math.max(0, to) / width)
    if (last - first >= slicesMax) continue
    const slices = Array.from({ length: last - first + 1 }, (_, back) => last - back)
    return { bits, slices, from: first * width }
  }
  return undefined
}
