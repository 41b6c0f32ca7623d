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
 * Whole hours as months in the middle, days around them and hours at the ends: two years are some twenty months and a
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

/** Counts next to each other in one row: hours of a day (span 0), days of a month (1) or months of a year (2). */
export interface Slice {
  readonly span: 0 | 1 | 2
  /** When the day, month or year of the row begins. */
  readonly at: number
  /** Of the row's counts, from one on; both are in it. */
  readonly first: number
  readonly last: number
}

/** The day, month or year of UTC whose row has the count of a moment, and the count's place there, from one on. */
export function placeOf(span: 0 | 1 | 2, moment: number): { at: number; place: number } {
  const date = new Date(moment)
  if (span === 0) return { at: down(moment, DAY), place: date.getUTCHours() + 1 }
  if (span === 1) return { at: monthOf(moment), place: date.getUTCDate() }
  return { at: Date.UTC(date.getUTCFullYear(), 0), place: date.getUTCMonth() + 1 }
}

/** Whole hours as the parts of rows that hold their counts: for two years a row of two days, two months and three years. */
export function slicesOf(from: number, to: number): Slice[] {
  return piecesOf(from, to).flatMap((piece) => {
    const slices: Slice[] = []
    for (let start = piece.from; start < piece.to; ) {
      const { at, place } = placeOf(piece.span, start)
      const end = Math.min(piece.to, endOf(piece.span, at))
      slices.push({ span: piece.span, at, first: place, last: placeOf(piece.span, end - 1).place })
      start = end
    }
    return slices
  })
}

function endOf(span: 0 | 1 | 2, at: number): number {
  if (span === 0) return at + DAY
  return span === 1 ? nextMonth(at) : Date.UTC(new Date(at).getUTCFullYear() + 1, 0)
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
