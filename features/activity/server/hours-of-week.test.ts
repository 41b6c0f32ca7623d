import { describe, expect, test } from 'vitest'
import { stretchesOf } from './hours-of-week.ts'

const wordsOf = (stretches: ReturnType<typeof stretchesOf>) =>
  stretches?.map(({ from, to }) => [from, to].map((at) => new Date(at).toISOString().slice(0, 16)).join(' '))

const mondayNine = { hourOfWeek: 9, timeZone: 'Europe/Berlin' }
const now = Date.parse('2026-11-01T00:00:00Z')

describe('an hour of the week', () => {
  test('is another hour of UTC after the clocks change', () => {
    const asked = { ...mondayNine, from: '2026-10-18T22:00:00Z', to: '2026-10-31T00:00:00Z' }
    expect(wordsOf(stretchesOf(asked, now))).toEqual([
      '2026-10-26T08:00 2026-10-26T09:00',
      '2026-10-19T07:00 2026-10-19T08:00',
    ])
  })

  test('has two hours where clocks show it twice, and none where they skip it', () => {
    const sundayTwo = { hourOfWeek: 6 * 24 + 2, timeZone: 'Europe/Berlin' }
    const day = (from: string, to: string) => wordsOf(stretchesOf({ ...sundayTwo, from, to }, now))
    expect(day('2026-10-25T00:00:00Z', '2026-10-25T12:00:00Z')).toEqual(['2026-10-25T00:00 2026-10-25T02:00'])
    expect(day('2026-03-29T00:00:00Z', '2026-03-29T12:00:00Z')).toEqual([])
  })

  test('goes up to now where the range has no end', () => {
    const asked = { hourOfWeek: 6 * 24 + 23, from: '2026-10-30T00:00:00Z' }
    expect(stretchesOf(asked, Date.parse('2026-11-01T22:59:00Z'))).toEqual([])
    expect(wordsOf(stretchesOf(asked, Date.parse('2026-11-01T23:30:00Z')))).toEqual([
      '2026-11-01T23:00 2026-11-02T00:00',
    ])
  })

  test('is that of a zone whose clocks are half an hour off, where minutes are drawn', () => {
    const asked = {
      hourOfWeek: 0,
      timeZone: 'Asia/Kolkata',
      from: '2026-10-25T18:00:00Z',
      to: '2026-10-25T20:00:00Z',
    }
    expect(wordsOf(stretchesOf(asked, now))).toEqual(['2026-10-25T18:30 2026-10-25T19:30'])
  })

  test('needs a range that begins', () => {
    expect(() => stretchesOf({ hourOfWeek: 0 }, now)).toThrow('from')
    expect(() => stretchesOf({ hourOfWeek: 0, from: '2001-01-01T00:00:00Z' }, now)).toThrow('ten years')
    expect(() => stretchesOf({ ...mondayNine, timeZone: 'Mars', from: '2026-10-30T00:00:00Z' }, now)).toThrow(
      'timeZone',
    )
    expect(stretchesOf({}, now)).toBeUndefined()
  })
})
