import { baseFaults } from '../../../base/common/fault.ts'
import { bucketOf, RANGE_MAX_MILLISECONDS } from './pieces.ts'
import { checkTimeZone, ZoneClock } from './time-zone.ts'

const HOUR = 3_600_000
const HOURS_OF_WEEK = 168

/** Milliseconds since 1970; `to` is not in it. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

interface Asked {
  readonly hourOfWeek?: number | undefined
  readonly timeZone?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** The hour of the week that clocks show, Monday 00:00 is 0. The first of January 1970 was a Thursday. */
export const hourOfWeek = (at: number, clock: ZoneClock): number =>
  (((Math.floor((at + clock.offset(at)) / HOUR) + 3 * 24) % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK

/**
 * When it is an hour of the week within a range, newest first; undefined where none is asked for. Like the heat map
 * it takes each hour of UTC as a whole, but for ranges that are drawn by minutes.
 * @throws Fault where the range has no beginning, or is too long
 */
export function stretchesOf(asked: Asked, now: number): Stretch[] | undefined {
  if (asked.hourOfWeek === undefined) return undefined
  const [from, to] = [Date.parse(asked.from ?? ''), asked.to === undefined ? now : Date.parse(asked.to)]
  if (!(to - from <= RANGE_MAX_MILLISECONDS))
    throw baseFaults['request.invalid']('from: an hour of the week needs a range of at most ten years')
  const timeZone = asked.timeZone ?? 'UTC'
  checkTimeZone(timeZone)
  const clock = new ZoneClock(timeZone, from, to)
  const step = bucketOf(from, to) === 'minute' ? HOUR / 4 : HOUR
  const found: Stretch[] = []
  for (let at = Math.floor((to - 1) / step) * step; at + step > from; at -= step) {
    if (hourOfWeek(at, clock) !== asked.hourOfWeek) continue
    const newer = found.at(-1)
    if (newer?.from === at + step) found[found.length - 1] = { from: at, to: newer.to }
    else found.push({ from: at, to: at + step })
  }
  return found
}
