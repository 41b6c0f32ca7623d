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

/** Every point of the range, those without a request as nothing; a point is where it lies, wherever it was cut. */
export function everyPoint({ from, to, bucket, points }: Series, zone: string): Point[] {
  const bounds = boundsOf(Date.parse(from), Date.parse(to), bucket, zone)
  const all = bounds
    .slice(0, -1)
    .map((start, place) => ({ from: start, to: bounds[place + 1]!, succeeded: 0, failed: 0 }))
  let place = 0
  for (const { at, succeeded, failed } of points) {
    const moment = Date.parse(at)
    while (place < all.length - 1 && all[place]!.to <= moment) place++
    const point = all[place]!
    all[place] = { ...point, succeeded: point.succeeded + succeeded, failed: point.failed + failed }
  }
  return all
}
