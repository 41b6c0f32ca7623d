import { Input, NumberInput, Select } from '@mantine/core'
import { type ReactNode, useId, useState } from 'react'
import { durationUnits, unitOf } from './duration.ts'

interface Props {
  readonly label: string
  readonly description: string
  readonly seconds: number
  readonly onChange: (seconds: number) => void
  readonly readOnly: boolean
  readonly error?: ReactNode
}

const units = durationUnits.map(({ seconds, words }) => ({ value: String(seconds), label: words }))

/** How long: a number, and the unit people think of it in. Another unit keeps the number. */
export function DurationField({ label, description, seconds, onChange, readOnly, error }: Props) {
  const id = useId()
  const [unit, setUnit] = useState(() => unitOf(seconds))
  const number = Number((seconds / unit).toFixed(2))
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <div className="duration-field">
        <NumberInput
          id={id}
          aria-describedby={`${id}-description${error === undefined ? '' : ` ${id}-error`}`}
          error={error !== undefined}
          min={0}
          decimalScale={2}
          value={number}
          onChange={(value) => onChange(Math.round(Number(value) * unit))}
          readOnly={readOnly}
        />
        <Select
          aria-label={`${label}: unit`}
          data={units}
          value={String(unit)}
          onChange={(value) => {
            const next = Number(value ?? unit)
            setUnit(next)
            onChange(Math.round(number * next))
          }}
          allowDeselect={false}
          readOnly={readOnly}
        />
      </div>
    </Input.Wrapper>
  )
}
