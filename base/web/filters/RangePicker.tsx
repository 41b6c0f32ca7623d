import '@mantine/dates/styles.css'
import { DatePicker } from '@mantine/dates'
import { useState } from 'react'
import { offset } from '../time.ts'
import type { UrlFilter } from './use-url-filter.ts'

interface Props {
  readonly filter: UrlFilter
  readonly zone: string
  readonly onRange: (from: string, to: string) => void
}

/** Two days of the reader's own zone, both whole. */
export function RangePicker({ zone, onRange }: Props) {
  const [days, setDays] = useState<[string | null, string | null]>([null, null])
  return (
    <DatePicker
      type="range"
      size="sm"
      ariaLabels={{
        previousMonth: 'Previous month',
        nextMonth: 'Next month',
        previousYear: 'Previous year',
        nextYear: 'Next year',
        previousDecade: 'Previous decade',
        nextDecade: 'Next decade',
      }}
      allowSingleDateInRange
      value={days}
      onChange={(chosen) => {
        setDays(chosen)
        const [first, last] = chosen
        if (first === null || last === null) return
        onRange(startOf(first, zone, 0), startOf(last, zone, 1))
      }}
    />
  )
}

/** Midnight at the start of a day, or of the day after, with the zone's offset on that day. */
function startOf(day: string, zone: string, daysLater: number): string {
  const utc = Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + daysLater * 86_400_000
  return `${new Date(utc).toISOString().slice(0, 19)}${offset(utc, zone)}`
}
