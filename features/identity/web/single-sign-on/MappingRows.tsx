import { ActionIcon, Button, Input, Select, TextInput } from '@mantine/core'
import { IconArrowRight, IconPlus, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { type Row, row } from './single-sign-on-form.ts'

interface Props<T extends { readonly value: string }> {
  readonly label: string
  readonly description: ReactNode
  /** What one row gives, for screen readers: "group" or "role". */
  readonly what: string
  readonly rows: readonly Row<T>[]
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  readonly chosen: (mapping: T) => string
  readonly choose: (mapping: T, choice: string) => T
  readonly empty: T
  readonly onChange: (rows: readonly Row<T>[]) => void
  readonly error: string | undefined
  readonly readOnly: boolean
}

/** Values of a claim and what each gives. */
export function MappingRows<T extends { readonly value: string }>(props: Props<T>) {
  const { label, description, what, rows, choices, chosen, choose, empty, onChange, error, readOnly } = props
  const change = (key: number, next: (mapping: T) => T) =>
    onChange(rows.map((each) => (each.key === key ? { ...each, value: next(each.value) } : each)))
  return (
    <Input.Wrapper label={label} labelElement="div" description={description} error={error}>
      <div className="mappings">
        {rows.map(({ key, value: mapping }, index) => (
          <div key={key} className="mapping">
            <TextInput
              aria-label={`Value ${index + 1} of the claim for a ${what}`}
              placeholder="Value in the claim"
              value={mapping.value}
              onChange={(event) => {
                const { value } = event.currentTarget
                change(key, (now) => ({ ...now, value }))
              }}
              classNames={{ input: 'mono' }}
              spellCheck={false}
              autoComplete="off"
              readOnly={readOnly}
            />
            <IconArrowRight size={14} aria-hidden="true" />
            <Select
              aria-label={`What value ${index + 1} gives`}
              placeholder={`Choose a ${what}`}
              data={[...choices]}
              value={chosen(mapping) || null}
              onChange={(choice) => change(key, (now) => choose(now, choice ?? ''))}
              allowDeselect={false}
              searchable={choices.length > 8}
              readOnly={readOnly}
            />
            {!readOnly && (
              <ActionIcon
                aria-label={`Remove mapping ${index + 1}`}
                onClick={() => onChange(rows.filter((each) => each.key !== key))}
              >
                <IconX size={14} />
              </ActionIcon>
            )}
          </div>
        ))}
        {!readOnly && (
          <div>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              onClick={() => onChange([...rows, row(empty)])}
            >
              Add a {what}
            </Button>
          </div>
        )}
        {readOnly && rows.length === 0 && <p className="faint">None.</p>}
      </div>
    </Input.Wrapper>
  )
}
