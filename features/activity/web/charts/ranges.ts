import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { clock, fullDay } from '../../../../base/web/time.ts'
import { earlier } from './zone-time.ts'

interface Ending {
  readonly value: string
  readonly label: string
  readonly begins: (now: number, zone: string) => number
}

/** Ranges that end now; days and years are those of the calendar, so that they begin at the time of day it is now. */
export const ranges: readonly Ending[] = [
  { value: '1h', label: 'Last hour', begins: (now) => now - 3_600_000 },
  { value: '24h', label: 'Last 24 hours', begins: (now) => now - 86_400_000 },
  { value: '7d', label: 'Last 7 days', begins: (now, zone) => earlier(now, { days: 7 }, zone) },
  { value: '30d', label: 'Last 30 days', begins: (now, zone) => earlier(now, { days: 30 }, zone) },
  { value: '90d', label: 'Last 90 days', begins: (now, zone) => earlier(now, { days: 90 }, zone) },
  { value: '1y', label: 'Last year', begins: (now, zone) => earlier(now, { years: 1 }, zone) },
  { value: '2y', label: 'Last 2 years', begins: (now, zone) => earlier(now, { years: 2 }, zone) },
]

export interface Range {
  /** Milliseconds since 1970; `to` is not in it. */
  readonly from: number
  readonly to: number
  readonly words: string
  /** It ends now, and goes on with the clock. */
  readonly isOpen: boolean
}

const DAYS_MAX = 3660 * 86_400_000

/** The range that a page's address asks for, the last 7 days where it makes no sense. */
export function rangeOfUrl(url: UrlFilter, now: number, zone: string): Range {
  const [from, to] = [Date.parse(url['from'] ?? ''), Date.parse(url['to'] ?? '')]
  const end = Number.isNaN(to) ? now : to
  if (url['date'] === undefined && from < end && end - from <= DAYS_MAX)
    return { from, to: end, words: rangeWords(from, end, zone), isOpen: Number.isNaN(to) }
  const ending = ranges.find(({ value }) => value === url['date']) ?? ranges[2]!
  return { from: ending.begins(now, zone), to: now, words: ending.label, isOpen: true }
}

/** Mon 2 Nov 2026 09:00 to Fri 6 Nov 2026 17:30, or the one day it is. */
export function rangeWords(from: number, to: number, zone: string): string {
  const minute = (at: number) => clock(at, zone).slice(0, 5)
  const isMidnight = (at: number) => clock(at, zone) === '00:00:00'
  const [first, last] = [fullDay(from, zone), fullDay(to - 1, zone)]
  if (isMidnight(from) && isMidnight(to)) return first === last ? first : `${first} to ${last}`
  if (first === last) return `${first}, ${minute(from)} to ${isMidnight(to) ? '24:00' : minute(to)}`
  return `${first} ${minute(from)} to ${fullDay(to, zone)} ${minute(to)}`
}
