import { clock, fullDay } from '../time.ts'
import { useZone } from '../use-clock.ts'
import { presetOf, presets } from './dates.ts'
import { RangeMenu } from './RangeMenu.tsx'
import type { UrlFilter } from './use-url-filter.ts'

interface Props {
  readonly filter: UrlFilter
  readonly onChange: (change: UrlFilter) => void
}

const nothing = { date: undefined, from: undefined, to: undefined }

/** The date filter: ranges that end now, or two days of one's own. */
export function DateChip({ filter, onChange }: Props) {
  const zone = useZone()
  return (
    <RangeMenu
      label="Date"
      value={wordsOf(filter, zone)}
      filter={filter}
      zone={zone}
      presets={presets}
      isChosen={({ value }) => filter['date'] === value}
      onChoose={(choice) => onChange({ ...nothing, ...choice })}
    />
  )
}

function wordsOf(filter: UrlFilter, zone: string): string | undefined {
  const preset = presetOf(filter['date'])
  if (preset !== undefined) return preset.label
  const [from, to] = [filter['from'], filter['to']].map((text) => {
    const at = text === undefined ? Number.NaN : Date.parse(text)
    return Number.isNaN(at) ? undefined : `${fullDay(at, zone)} ${clock(at, zone).slice(0, 5)}`
  })
  if (from !== undefined && to !== undefined) return `${from} to ${to}`
  if (from !== undefined) return `since ${from}`
  if (to !== undefined) return `until ${to}`
  return undefined
}
