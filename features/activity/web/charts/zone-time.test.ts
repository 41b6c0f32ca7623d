import { describe, expect, test } from 'vitest'
import { boundsOf, earlier, momentOf, shownAt } from './zone-time.ts'

const at = (text: string) => Date.parse(text)
const iso = (moment: number) => new Date(moment).toISOString().slice(0, 16)

describe('a time of a zone', () => {
  test('is a moment and back, the first where clocks show it twice', () => {
    expect(iso(momentOf(at('2026-07-01T09:00Z'), 'Europe/Berlin'))).toBe('2026-07-01T07:00')
    expect(iso(momentOf(at('2026-10-25T02:30Z'), 'Europe/Berlin'))).toBe('2026-10-25T00:30')
    expect(iso(shownAt(at('2026-07-01T07:00Z'), 'Asia/Kolkata'))).toBe('2026-07-01T12:30')
  })

  test('that clocks skip is the moment they were put forward', () => {
    expect(iso(momentOf(at('2026-03-29T02:30Z'), 'Europe/Berlin'))).toBe('2026-03-29T01:00')
    // Days begin at one o'clock where clocks are put forward at midnight.
    expect(iso(momentOf(at('2026-09-06T00:00Z'), 'America/Santiago'))).toBe('2026-09-06T04:00')
  })
})

describe('earlier', () => {
  test('by days it is the same time on the clock, though the clocks were changed', () => {
    expect(iso(earlier(at('2026-10-28T09:00Z'), { days: 7 }, 'Europe/Berlin'))).toBe('2026-10-21T08:00')
    expect(iso(earlier(at('2026-03-30T08:00Z'), { days: 7 }, 'Europe/Berlin'))).toBe('2026-03-23T09:00')
  })

  test('by days it goes over months and years', () => {
    expect(iso(earlier(at('2026-01-03T12:00Z'), { days: 30 }, 'UTC'))).toBe('2025-12-04T12:00')
    expect(iso(earlier(at('2028-03-01T00:00Z'), { days: 1 }, 'UTC'))).toBe('2028-02-29T00:00')
  })

  test('by years the last of February stands for a 29th that is not there', () => {
    expect(iso(earlier(at('2028-02-29T10:00Z'), { years: 1 }, 'UTC'))).toBe('2027-02-28T10:00')
    expect(iso(earlier(at('2028-02-29T10:00Z'), { years: 4 }, 'UTC'))).toBe('2024-02-29T10:00')
    // It is the first of March in Tokyo already.
    expect(iso(earlier(at('2028-02-29T20:00Z'), { years: 1 }, 'Asia/Tokyo'))).toBe('2027-02-28T20:00')
  })
})

describe('the bounds of a range', () => {
  test('are days of 23 and 25 hours where the clocks change', () => {
    const hoursOf = (from: string, to: string) =>
      boundsOf(at(from), at(to), 'day', 'Europe/Berlin')
        .slice(1)
        .map((bound, place, all) => (place === 0 ? 0 : (bound - all[place - 1]!) / 3_600_000))
        .slice(1)
    expect(hoursOf('2026-10-23T10:00Z', '2026-10-26T10:00Z')).toEqual([24, 25, 24])
    expect(hoursOf('2026-03-27T10:00Z', '2026-03-30T10:00Z')).toEqual([24, 23, 24])
  })

  test('contain the range and nothing more', () => {
    const hours = boundsOf(at('2026-10-25T00:10Z'), at('2026-10-25T03:00Z'), 'hour', 'Europe/Berlin')
    expect(hours.map(iso)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ])
    const months = boundsOf(at('2027-12-15T00:00Z'), at('2028-03-01T00:00Z'), 'month', 'UTC')
    expect(months.map((bound) => iso(bound).slice(0, 10))).toEqual([
      '2027-12-01',
      '2028-01-01',
      '2028-02-01',
      '2028-03-01',
    ])
  })
})
