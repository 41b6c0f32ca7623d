import { RangeMenu } from '../../../../base/web/filters/RangeMenu.tsx'
import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { type Range, ranges } from './ranges.ts'
import { noSelection } from './selection.ts'

interface Props {
  readonly filter: UrlFilter
  readonly range: Range
  readonly zone: string
  readonly onChange: (change: UrlFilter) => void
}

const nothing = { ...noSelection, date: undefined, from: undefined, to: undefined }

/** The range of the charts: there always is one. */
export function RangeChip({ filter, range, zone, onChange }: Props) {
  return (
    <RangeMenu
      label="Range"
      value={range.words}
      filter={filter}
      zone={zone}
      presets={ranges}
      isChosen={({ label }) => range.words === label}
      onChoose={(choice) => onChange({ ...nothing, ...choice })}
    />
  )
}
