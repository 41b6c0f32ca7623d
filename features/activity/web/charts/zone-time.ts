import { offset } from '../../../../base/web/time.ts'

const HOUR = 3_600_000

/** What the clocks of a zone show, as if it were UTC, in milliseconds. */
export const shownAt = (at: number, zone: string): number => at + ahead(at, zone)

/** Milliseconds that the zone's clocks are ahead of UTC. */
function ahead(at: number, zone: string): number {
  const text = offset(at, zone)
  const [hours, minutes, seconds] = text.slice(1).split(':').map(Number)
  const milliseconds = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000
  return text.startsWith('-') ? -milliseconds : milliseconds
}

/**
 * When the clocks of a zone show a time: the first such moment where they show it twice, and the moment they were put
 * forward where they never do.
 * @param shown milliseconds, as `shownAt` gives them
 */
export function momentOf(shown: number, zone: string): number {
  const candidates = [ahead(shown - 24 * HOUR, zone), ahead(shown + 24 * HOUR, zone)].map(
    (shift) => shown - shift,
  )
  const exact = candidates.filter((at) => shownAt(at, zone) === shown)
  if (exact.length > 0) return Math.min(...exact)
  let [before, after] = [Math.min(...candidates), Math.max(...candidates)]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (shownAt(middle, zone) < shown) before = middle
    else after = middle
  }
  return after
}

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month'
const DAY = 24 * HOUR

/**
 * The bounds of the minutes, hours, days, weeks or months of a zone that a range touches, the end of the last included.
 * @param every how many minutes or hours make one
 */
export function boundsOf(from: number, to: number, unit: Unit, zone: string, every = 1): number[] {
  const bounds: number[] = []
  const shown = shownAt(from, zone)
  const date = new Date(shown)
  const width = every * (unit === 'minute' ? 60_000 : HOUR)
  const day = Math.floor(shown / DAY)
  // The first of January 1970 was a Thursday; weeks begin on Monday.
  const monday = day - ((((day + 3) % 7) + 7) % 7)
  for (let step = 0; bounds.length < 2 || bounds.at(-1)! < to; step++) {
    // Minutes and hours go on evenly where clocks jump; days and months follow what the clocks show.
    const at =
      unit === 'month'
        ? momentOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + step), zone)
        : unit === 'week'
          ? momentOf((monday + 7 * step) * DAY, zone)
          : unit === 'day'
            ? momentOf((day + step) * DAY, zone)
            : from - (((shown % width) + width) % width) + step * width
    bounds.push(at)
  }
  return bounds
}

/** The same clock time some days, or years, earlier. The last day of February stands for a 29th that is not there. */
export function earlier(at: number, by: { days?: number; years?: number }, zone: string): number {
  const date = new Date(shownAt(at, zone))
  const year = date.getUTCFullYear() - (by.years ?? 0)
  const lastOfMonth = new Date(Date.UTC(year, date.getUTCMonth() + 1, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), lastOfMonth) - (by.days ?? 0)
  const midnight = Date.UTC(year, date.getUTCMonth(), day)
  return momentOf(midnight + (date.getTime() % DAY), zone)
}
