import { ActionIcon, Button, Input, Select, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { PathBound } from '../../../../base/common/bounds.ts'
import { type RuleField, ruleField } from './token-form.ts'

interface Props {
  readonly value: readonly RuleField<PathBound>[]
  readonly onChange: (rules: readonly RuleField<PathBound>[]) => void
  readonly error: string | undefined
}

export const pathActions = [
  { value: 'read', label: 'Read' },
  { value: 'write', label: 'Write' },
  { value: '*', label: 'Read and write' },
]

/** Paths on servers, each with everything below it. */
export function PathRules({ value, onChange, error }: Props) {
  const change = (key: number, part: Partial<PathBound>) =>
    onChange(
      value.map((field) => (field.key === key ? { ...field, value: { ...field.value, ...part } } : field)),
    )
  return (
    <Input.Wrapper
      label="Files"
      labelElement="div"
      description="None: it moves no files. A path covers everything below it."
      error={error}
    >
      <div className="rules">
        {value.map(({ key, value: rule }, index) => (
          <div key={key} className="rule-row">
            <TextInput
              aria-label={`Path ${index + 1}`}
              placeholder="/var/log"
              value={rule.path}
              onChange={(event) => change(key, { path: event.currentTarget.value })}
              classNames={{ input: 'mono' }}
              spellCheck={false}
              autoComplete="off"
            />
            <Select
              aria-label={`What may be done at path ${index + 1}`}
              className="rule-action"
              data={pathActions}
              value={rule.action}
              allowDeselect={false}
              onChange={(action) => change(key, { action: (action as PathBound['action'] | null) ?? 'read' })}
            />
            <ActionIcon
              aria-label={`Remove path ${index + 1}`}
              onClick={() => onChange(value.filter((field) => field.key !== key))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...value, ruleField<PathBound>({ path: '', action: 'read' })])}
          >
            Add a path
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  )
}
