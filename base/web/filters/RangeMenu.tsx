import { Button, Popover } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Chip } from './Chip.tsx'
import type { UrlFilter } from './use-url-filter.ts'

const RangePicker = lazy(async () => ({ default: (await import('./RangePicker.tsx')).RangePicker }))

interface Props {
  readonly label: string
  /** The range that holds, in words; none where any time does. */
  readonly value: string | undefined
  readonly filter: UrlFilter
  readonly zone: string
  readonly presets: readonly { readonly value: string; readonly label: string }[]
  readonly isChosen: (preset: { readonly value: string; readonly label: string }) => boolean
  /** A preset by its value, two days, or nothing to go back to what holds without a choice. */
  readonly onChoose: (choice: { date?: string; from?: string | undefined; to?: string | undefined }) => void
}

/** A chip that opens to ranges that end now, and to two days of one's own. */
export function RangeMenu({ label, value, filter, zone, presets, isChosen, onChoose }: Props) {
  const [isOpen, setOpen] = useState(false)
  const choose: Props['onChoose'] = (choice) => {
    onChoose(choice)
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
          label={label}
          value={value}
          isOpen={isOpen}
          onOpen={() => setOpen(!isOpen)}
          onClear={() => choose({})}
        />
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label={label}>
        <div className="date-presets">
          {presets.map((preset) => (
            <Button
              key={preset.value}
              variant={isChosen(preset) ? 'filled' : 'default'}
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
