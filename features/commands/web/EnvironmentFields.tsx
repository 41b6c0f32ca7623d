import { ActionIcon, Button, Input, PasswordInput, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Variable } from './run.ts'

interface Props {
  readonly value: readonly Variable[]
  readonly onChange: (value: readonly Variable[]) => void
  readonly error: string | undefined
}

let keys = 0

/** Environment variables: names are recorded, values are sealed to the agent and kept nowhere. */
export function EnvironmentFields({ value, onChange, error }: Props) {
  /** Whoever adds one types its name next. */
  const [added, setAdded] = useState<number>()
  const change = (key: number, part: Partial<Variable>) =>
    onChange(value.map((one) => (one.key === key ? { ...one, ...part } : one)))
  return (
    <Input.Wrapper
      label="Environment"
      labelElement="div"
      description="Names are recorded, values never."
      error={error}
    >
      <div className="env">
        {value.map((one, index) => (
          <div key={one.key} className="env-row">
            <TextInput
              aria-label={`Name of variable ${index + 1}`}
              placeholder="NAME"
              value={one.name}
              onChange={(event) => change(one.key, { name: event.currentTarget.value })}
              classNames={{ input: 'mono' }}
              spellCheck={false}
              autoFocus={one.key === added}
            />
            <PasswordInput
              aria-label={`Value of variable ${index + 1}`}
              placeholder="value"
              value={one.value}
              onChange={(event) => change(one.key, { value: event.currentTarget.value })}
              autoComplete="off"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the value', tabIndex: 0 }}
            />
            <ActionIcon
              aria-label={`Remove variable ${index + 1}`}
              onClick={() => onChange(value.filter(({ key }) => key !== one.key))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => {
              setAdded(++keys)
              onChange([...value, { key: keys, name: '', value: '' }])
            }}
          >
            Add a variable
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  )
}
