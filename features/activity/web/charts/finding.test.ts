import { describe, expect, test } from 'vitest'
import { heatFinding, itemsFinding, signInFinding, timeFinding } from './finding.ts'
import { hoursOfWeek, shades } from './heat.ts'
import { everyPoint } from './points.ts'
import { shortCount } from './short-count.ts'
import { shownItems } from './shown-items.ts'

const series = {
  from: '2026-10-24T00:00:00Z',
  to: '2026-10-26T12:00:00Z',
  bucket: 'day' as const,
  points: [
    { at: '2026-10-23T22:00:00Z', succeeded: 3, failed: 0 },
    { at: '2026-10-25T23:00:00Z', succeeded: 4, failed: 2 },
  ],
}

describe('the points of a range', () => {
  test('are all there, those without a request as nothing, across a change of clocks', () => {
    const points = everyPoint(series, 'Europe/Berlin')
    expect(points.map(({ from, to, succeeded }) => [(to - from) / 3_600_000, succeeded])).toEqual([
      [24, 3],
      [25, 0],
      [24, 4],
    ])
  })

  test('are as many as have room, with nothing lost', () => {
    const hours = {
      from: '2026-10-01T00:00:00Z',
      to: '2026-10-31T00:00:00Z',
      bucket: 'hour' as const,
      points: Array.from({ length: 720 }, (_, hour) => ({
        at: new Date(Date.parse('2026-10-01T00:00:00Z') + hour * 3_600_000).toISOString(),
        succeeded: 1,
        failed: 2,
      })),
    }
    for (const [most, made] of [
      [720, 720],
      [200, 120],
      [60, 31],
      [10, 5],
    ] as const) {
      const points = everyPoint(hours, 'Europe/Berlin', most)
      expect(Math.abs(points.length - made)).toBeLessThanOrEqual(1)
      expect(points.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)).toBe(2160)
      expect(points.slice(1).every(({ from }, place) => from === points[place]!.to)).toBe(true)
    }
  })

  test('lose nothing that lies outside of them', () => {
    const late = {
      ...series,
      points: [...series.points, { at: '2027-01-01T00:00:00Z', succeeded: 1, failed: 1 }],
    }
    expect(everyPoint(late, 'UTC').reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)).toBe(
      11,
    )
  })
})

describe('a finding', () => {
  const points = everyPoint(series, 'Europe/Berlin')

  test('of the heat map names the busiest hour and its share', () => {
    const hours = hoursOfWeek([
      { weekday: 5, hour: 14, n: 118 },
      { weekday: 7, hour: 3, n: 1 },
    ])
    expect(heatFinding(hours)).toBe('Most on Friday 14:00: 118 of 119 requests, 99 %.')
    expect(heatFinding(hoursOfWeek([{ weekday: 1, hour: 0, n: 1 }]))).toBe(
      'Most on Monday 00:00: 1 of 1 request, all of them.',
    )
    expect(heatFinding(hoursOfWeek([]))).toBe('Nothing in this range.')
  })

  test('does not prefer one of equals without a word', () => {
    const two = hoursOfWeek([
      { weekday: 1, hour: 9, n: 4 },
      { weekday: 2, hour: 9, n: 4 },
    ])
    expect(heatFinding(two)).toContain('The same in 1 other hour.')
  })

  test('over time says how many were refused, and the day with most', () => {
    expect(timeFinding(points, 'Europe/Berlin')).toBe(
      '9 requests, 2 refused or failed. Most on Mon 26 Oct 2026: 6.',
    )
  })

  test('of sign-ins names the worst day and new addresses', () => {
    expect(signInFinding(points, 'Europe/Berlin', 1)).toBe(
      '7 succeeded, 2 failed. Most failed on Mon 26 Oct 2026: 2. 1 new address.',
    )
    expect(signInFinding([], 'UTC', 0)).toBe('Nobody signed in or tried to.')
  })

  test('of bars names the longest', () => {
    const items = [{ key: 'a', name: 'auth.sign-in', succeeded: 7, failed: 5 }]
    expect(itemsFinding(items, 2000)).toBe('auth.sign-in has most: 12 of 2,000, less than 1 %.')
  })
})

describe('bars', () => {
  const items = Array.from({ length: 10 }, (_, n) => ({
    key: `${n}`,
    name: `${n}`,
    succeeded: 20 - n,
    failed: 1,
  }))
  const nobody = { items: 0, succeeded: 0, failed: 0 }

  test('that have no room are summed, with those the answer left out', () => {
    const { items: shown, others } = shownItems(items, { items: 12, succeeded: 30, failed: 2 }, 8)
    expect(shown).toHaveLength(7)
    expect(others).toEqual({ items: 15, succeeded: 30 + 13 + 12 + 11, failed: 2 + 3 })
  })

  test('are all there where they have room', () => {
    expect(shownItems(items.slice(0, 8), nobody, 8)).toEqual({ items: items.slice(0, 8), others: null })
    expect(shownItems(items, nobody, 8).others?.items).toBe(3)
  })
})

test('shades leave nothing white but nothing, and one peak does not pale the rest', () => {
  expect(shades([0, 1, 2, 3, 1000])).toEqual([0, 1, 2, 3, 4])
  expect(shades([0, 0])).toEqual([0, 0])
})

test('an axis has numbers of four characters at most', () => {
  expect([0, 950, 1000, 1449, 12_345, 999_499, 999_500, 3_400_000].map(shortCount)).toEqual([
    '0',
    '950',
    '1k',
    '1.4k',
    '12k',
    '999k',
    '1M',
    '3.4M',
  ])
})
