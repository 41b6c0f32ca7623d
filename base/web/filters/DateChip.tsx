import { Button, Popover } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { clock, fullDay } from '../time.ts'
import { useZone } from '../use-clock.ts'
import { Chip } from './Chip.tsx'
import { presetOf, presets } from './dates.ts'
import type { UrlFilter } from './use-url-filter.ts'

const RangePicker = lazy(async () => ({ default: (await import('./RangePicker.tsx')).RangePicker }))

interface Props {
  readonly filter: UrlFilter
  readonly onChange: (change: UrlFilter) => void
}

const nothing = { date: undefined, from: undefined, to: undefined }

/** The date filter: ranges that end now, or two days of one's own. */
export function DateChip({ filter, onChange }: Props) {
  const [isOpen, setOpen] = useState(false)
  const zone = useZone()
  const choose = (change: UrlFilter) => {
    onChange({ ...nothing, ...change })
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
          label="Date"
          value={wordsOf(filter, zone)}
          isOpen={isOpen}
          onOpen={() => setOpen(!isOpen)}
          onClear={() => choose({})}
        />
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Date">
        <div className="date-presets">
          {presets.map((preset) => (
            <Button
              key={preset.value}
              variant={filter['date'] === preset.value ? 'filled' : 'default'}
              onClick={() => choose({ date: preset.value })}
            >
              {preset.label}
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
