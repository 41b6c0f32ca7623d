const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long a range may be. */
export const RANGE_MAX_MILLISECONDS = 3660 * DAY

/** A stretch of whole hours (span 0), days (1) or months (2) of UTC, in milliseconds since 1970; `to` is not in it. */
export interface Piece {
  readonly span: 0 | 1 | 2
  readonly from: number
  readonly to: number
}

const nextMonth = (at: number) => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}
const monthOf = (at: number) => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}
const up = (at: number, width: number) => Math.ceil(at / width) * width
const down = (at: number, width: number) => Math.floor(at / width) * width

/**
 * Whole hours as months in the middle, days around them and hours at the ends: two years are some thirty months and a
 * few dozen days and hours to add up, instead of 17,520 hours.
 * @param from and `to` on whole hours
 */
export function piecesOf(from: number, to: number): Piece[] {
  const firstDay = Math.min(to, up(from, DAY))
  const lastDay = Math.max(firstDay, down(to, DAY))
  const firstMonth = monthOf(firstDay) === firstDay ? firstDay : nextMonth(firstDay)
  const lastMonth = monthOf(lastDay)
  const pieces: Piece[] =
    firstMonth < lastMonth
      ? [
          { span: 0, from, to: firstDay },
          { span: 1, from: firstDay, to: firstMonth },
          { span: 2, from: firstMonth, to: lastMonth },
          { span: 1, from: lastMonth, to: lastDay },
          { span: 0, from: lastDay, to },
        ]
      : [
          { span: 0, from, to: firstDay },
          { span: 1, from: firstDay, to: lastDay },
          { span: 0, from: lastDay, to },
        ]
  return pieces.filter((piece) => piece.from < piece.to)
}

export type Bucket = 'minute' | 'hour' | 'day' | 'month'

/** How wide a point is: never more than 750 of them. Up to six hours minutes are counted from the rows themselves. */
export function bucketOf(from: number, to: number): Bucket {
  const range = to - from
  if (range <= 6 * HOUR) return 'minute'
  if (range <= 31 * DAY) return 'hour'
  if (range <= 740 * DAY) return 'day'
  return 'month'
}

/** The range, widened to whole minutes or hours, or, where only those are counted, days of UTC. */
export function widened(
  from: number,
  to: number,
  bucket: Bucket,
  isByDay = false,
): { from: number; to: number } {
  const width = bucket === 'minute' ? 60_000 : isByDay ? DAY : HOUR
  return { from: down(from, width), to: up(to, width) }
}
