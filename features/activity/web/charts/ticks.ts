import { clock, fullDay } from '../../../../base/web/time.ts'
import { boundsOf, shownAt, type Unit } from './zone-time.ts'

export interface Tick {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly label: string
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Strides from narrow to wide, each with its unit and how many of that unit it is. */
const strides: readonly (readonly [unit: Unit, every: number, milliseconds: number])[] = [
  ['minute', 1, MINUTE],
  ['minute', 5, 5 * MINUTE],
  ['minute', 10, 10 * MINUTE],
  ['minute', 30, 30 * MINUTE],
  ['hour', 1, HOUR],
  ['hour', 3, 3 * HOUR],
  ['hour', 6, 6 * HOUR],
  ['hour', 12, 12 * HOUR],
  ['day', 1, DAY],
  ['day', 2, 2 * DAY],
  ['day', 3, 3 * DAY],
  ['day', 7, 7 * DAY],
  ['day', 14, 14 * DAY],
  ['month', 1, 30 * DAY],
  ['month', 2, 61 * DAY],
  ['month', 3, 91 * DAY],
  ['month', 6, 182 * DAY],
  ['month', 12, 365 * DAY],
  ['month', 36, 1095 * DAY],
]

/** Marks of a time axis on round times of the zone. @param most how many have room */
export function ticksOf(from: number, to: number, zone: string, most: number): Tick[] {
  const stride = strides.find(([, , width]) => (to - from) / width <= Math.max(1, most)) ?? strides.at(-1)!
  const [unit, every] = stride
  const numberOf = (at: number) => {
    const shown = shownAt(at, zone)
    const date = new Date(shown)
    if (unit === 'month') return date.getUTCFullYear() * 12 + date.getUTCMonth()
    return Math.floor(shown / (unit === 'minute' ? MINUTE : unit === 'hour' ? HOUR : DAY))
  }
  const labelOf = (at: number) => {
    if (unit === 'minute' || unit === 'hour') return clock(at, zone).slice(0, 5)
    const [, day, month, year] = fullDay(at, zone).split(' ')
    return unit === 'day' ? `${day} ${month}` : `${month} ${year}`
  }
  return boundsOf(from, to, unit, zone)
    .filter((at) => at >= from && at < to && numberOf(at) % every === 0)
    .map((at) => ({ at, label: labelOf(at) }))
}
