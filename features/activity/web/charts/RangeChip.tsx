import { Button, Popover } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Chip } from '../../../../base/web/filters/Chip.tsx'
import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { type Range, ranges } from './ranges.ts'
import { noSelection } from './selection.ts'

const RangePicker = lazy(async () => ({
  default: (await import('../../../../base/web/filters/RangePicker.tsx')).RangePicker,
}))

interface Props {
  readonly filter: UrlFilter
  readonly range: Range
  readonly zone: string
  readonly onChange: (change: UrlFilter) => void
}

/** The range of the charts: there always is one. */
export function RangeChip({ filter, range, zone, onChange }: Props) {
  const [isOpen, setOpen] = useState(false)
  const choose = (change: UrlFilter) => {
    onChange({ ...noSelection, date: undefined, from: undefined, to: undefined, ...change })
    setOpen(false)
  }
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      width={300}
      position="bottom-start"
      shadow="md"
      offset={4}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Chip
          label="Range"
          value={range.words}
          isOpen={isOpen}
          onOpen={() => setOpen(!isOpen)}
          onClear={() => choose({})}
        />
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Range">
        <div className="date-presets">
          {ranges.map(({ value, label }) => (
            <Button
              key={value}
              variant={range.words === label ? 'filled' : 'default'}
              onClick={() => choose({ date: value })}
            >
              {label}
            </Button>
          ))}
        </div>
        <Suspense fallback={<div className="range-room" />}>
          <RangePicker filter={filter} zone={zone} onRange={(from, to) => choose({ from, to })} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
