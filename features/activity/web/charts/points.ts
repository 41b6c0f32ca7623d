import { boundsOf, type Unit } from './zone-time.ts'

export interface Point {
  /** Milliseconds since 1970; `to` is not in it. */
  readonly from: number
  readonly to: number
  readonly succeeded: number
  readonly failed: number
}

interface Series {
  readonly from: string
  readonly to: string
  readonly bucket: Unit
  readonly points: readonly { readonly at: string; readonly succeeded: number; readonly failed: number }[]
}

const widths: readonly (readonly [unit: Unit, every: number, minutes: number])[] = [
  ['minute', 1, 1],
  ['minute', 5, 5],
  ['minute', 15, 15],
  ['hour', 1, 60],
  ['hour', 3, 180],
  ['hour', 6, 360],
  ['day', 1, 1440],
  ['week', 1, 7 * 1440],
  ['month', 1, 30 * 1440],
]

/**
 * Every point of the range, those without a request as nothing. Where there are more than have room, wider ones hold
 * their sums; a point that was counted is where it begins, wherever it was cut.
 */
export function everyPoint(series: Series, zone: string, most = Number.POSITIVE_INFINITY): Point[] {
  const [from, to] = [Date.parse(series.from), Date.parse(series.to)]
  const finest = widths.findIndex(([unit]) => unit === series.bucket)
  const minutes = (to - from) / 60_000
  const [unit, every] =
    widths.find(([, , width], place) => place >= finest && minutes / width <= most) ?? widths.at(-1)!
  const bounds = boundsOf(from, to, unit, zone, every)
  const all = bounds
    .slice(0, -1)
    .map((start, place) => ({ from: start, to: bounds[place + 1]!, succeeded: 0, failed: 0 }))
  let place = 0
  for (const { at, succeeded, failed } of series.points) {
    const moment = Date.parse(at)
    while (place < all.length - 1 && all[place]!.to <= moment) place++
    const point = all[place]!
    all[place] = { ...point, succeeded: point.succeeded + succeeded, failed: point.failed + failed }
  }
  return all
}
