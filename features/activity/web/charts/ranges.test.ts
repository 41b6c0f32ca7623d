import { describe, expect, test } from 'vitest'
import { rangeOfUrl, ranges, rangeWords } from './ranges.ts'
import { asUrl, selectionOf, selectionWords } from './selection.ts'
import { ticksOf } from './ticks.ts'

const at = (text: string) => Date.parse(text)
const iso = (moment: number) => new Date(moment).toISOString().slice(0, 16)
const now = at('2026-11-21T13:30:00Z')

describe('the range of an address', () => {
  test('is each of the named ones, up to now', () => {
    const began = ranges.map(({ value }) => iso(rangeOfUrl({ date: value }, now, 'Europe/Berlin').from))
    expect(began).toEqual([
      '2026-11-21T12:30',
      '2026-11-20T13:30',
      '2026-11-14T13:30',
      '2026-10-22T12:30',
      '2026-08-23T12:30',
      '2025-11-21T13:30',
      '2024-11-21T13:30',
    ])
  })

  test('is the last 7 days where it makes no sense', () => {
    const week = rangeOfUrl({}, now, 'UTC')
    for (const url of [
      { date: '3y' },
      { from: 'yesterday' },
      { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' },
      { from: '1926-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' },
    ])
      expect(rangeOfUrl(url, now, 'UTC')).toEqual(week)
    expect(week).toMatchObject({ from: at('2026-11-14T13:30:00Z'), to: now, isOpen: true })
  })

  test('stands still where its end is said', () => {
    const url = { from: '2026-11-01T00:00:00+09:00', to: '2026-11-08T00:00:00+09:00' }
    expect(rangeOfUrl(url, now, 'Asia/Seoul')).toEqual({
      from: at('2026-10-31T15:00:00Z'),
      to: at('2026-11-07T15:00:00Z'),
      words: 'Sun 1 Nov 2026 to Sat 7 Nov 2026',
      isOpen: false,
    })
  })

  test('is named by its days, and by times where it does not begin and end with them', () => {
    const words = (from: string, to: string) => rangeWords(at(from), at(to), 'UTC')
    expect(words('2026-11-20T00:00Z', '2026-11-21T00:00Z')).toBe('Fri 20 Nov 2026')
    expect(words('2026-11-20T23:00Z', '2026-11-21T00:00Z')).toBe('Fri 20 Nov 2026, 23:00 to 24:00')
    expect(words('2026-11-20T09:00Z', '2026-11-21T10:30Z')).toBe(
      'Fri 20 Nov 2026 09:00 to Sat 21 Nov 2026 10:30',
    )
  })
})

describe('what was clicked in a chart', () => {
  test('comes back from the address', () => {
    for (const selection of [
      { kind: 'hour', place: 167 },
      { kind: 'time', from: now - 3_600_000, to: now, signIns: true },
      { kind: 'time', from: now - 3_600_000, to: now, signIns: false },
    ] as const)
      expect(selectionOf(asUrl(selection))).toEqual(selection)
    for (const url of [{}, { hour: '168' }, { hour: 'x' }, { slot: 'a~b' }, { slot: '2026-11-21T13:30:00Z' }])
      expect(selectionOf(url)).toBeUndefined()
  })

  test('is named', () => {
    expect(selectionWords({ kind: 'hour', place: 167 }, 'UTC')).toBe('Sunday 23:00 to 24:00')
  })
})

test('marks of an axis stand on round times of the zone, and no more than have room', () => {
  const labels = (from: string, to: string, zone: string, most: number) =>
    ticksOf(at(from), at(to), zone, most).map(({ label }) => label)
  expect(labels('2026-11-20T13:30Z', '2026-11-21T13:30Z', 'Asia/Kolkata', 8)).toEqual([
    '21:00',
    '00:00',
    '03:00',
    '06:00',
    '09:00',
    '12:00',
    '15:00',
    '18:00',
  ])
  expect(labels('2024-11-21T00:00Z', '2026-11-21T00:00Z', 'UTC', 5)).toEqual([
    'Jan 2025',
    'Jul 2025',
    'Jan 2026',
    'Jul 2026',
  ])
  for (const most of [1, 3, 9])
    expect(ticksOf(at('2016-11-21T00:00Z'), now, 'UTC', most).length).toBeLessThanOrEqual(most + 3)
})
