/** How long a slice of time is, in milliseconds: a narrow one and a wide one. */
export type SliceWidths = readonly [narrow: number, wide: number]

/** Of more slices than these the lists in an index take as long to read as the text's own. */
const NARROW_MAX = 4
const WIDE_MAX = 8

/** Stretches of time by which an index of substrings knows rows: time divided by a width. */
export interface Slices {
  /** One of the two, in milliseconds. */
  readonly width: number
  /** Which since 1970, newest first. */
  readonly slices: readonly number[]
  /** Milliseconds since 1970 at which the oldest of them begins. */
  readonly from: number
}

/** Few slices that hold the milliseconds `from` to `to`; undefined where it would take too many. */
export function slicesBetween([narrow, wide]: SliceWidths, from: number, to: number): Slices | undefined {
  for (const [width, slicesMax] of [
    [narrow, NARROW_MAX],
    [wide, WIDE_MAX],
  ] as const) {
    const first = Math.floor(Math.max(0, from) / width)
    const last = Math.floor(Math.max(0, to) / width)
    if (last - first >= slicesMax) continue
    const slices = Array.from({ length: last - first + 1 }, (_, back) => last - back)
    return { width, slices, from: first * width }
  }
  return undefined
}
