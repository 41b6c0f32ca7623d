import { ActionIcon, Button, Input, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { type RuleField, ruleField } from './token-form.ts'

interface Props {
  readonly value: readonly RuleField<string>[]
  readonly onChange: (rules: readonly RuleField<string>[]) => void
  readonly error: string | undefined
}

const SHELL =
  /^(?:sudo\s+)?(?:\S*\/)?(?:sh|bash|dash|zsh|ksh|fish|python\d*|perl|ruby|node|env|xargs)(?:\s|$|\*)/

/** Lines it may run: a whole line each, or the beginning of one with a star. */
export function CommandRules({ value, onChange, error }: Props) {
  const rules = value.map((field) => field.value)
  const open = rules.find((rule) => rule.endsWith('*'))
  const shell = rules.find((rule) => SHELL.test(rule))
  return (
    <Input.Wrapper
      label="Command lines"
      labelElement="div"
      description="None: it runs nothing. A rule is a whole line, letter by letter; with * at its end it is how a line begins."
      error={error}
    >
      <div className="rules">
        {value.map((field, index) => (
          <div key={field.key} className="rule-row">
            <TextInput
              aria-label={`Command rule ${index + 1}`}
              placeholder="systemctl status *"
              value={field.value}
              onChange={(event) =>
                onChange(
                  value.map((one) =>
                    one.key === field.key ? { ...one, value: event.currentTarget.value } : one,
                  ),
                )
              }
              classNames={{ input: 'mono' }}
              spellCheck={false}
              autoComplete="off"
            />
            <ActionIcon
              aria-label={`Remove command rule ${index + 1}`}
              onClick={() => onChange(value.filter(({ key }) => key !== field.key))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...value, ruleField('')])}
          >
            Add a rule
          </Button>
          {rules.length === 0 && (
            <Button variant="subtle" onClick={() => onChange([ruleField('*')])}>
              Any line
            </Button>
          )}
        </div>
      </div>
      {open !== undefined && (
        <p className="rule-warning" role="status">
          {open === '*' ? (
            'This token may run any line.'
          ) : (
            <>
              <b>* stands for any tail</b>, shell syntax too: <code>{open}</code> also lets{' '}
              <code>{`${open.slice(0, -1)}x; reboot`}</code> run. Leave the star out where the line is known.
            </>
          )}
        </p>
      )}
      {shell !== undefined && shell !== '*' && (
        <p className="rule-warning" role="status">
          <code>{shell}</code> runs whatever it is given on standard input, which no rule looks at.
        </p>
      )}
    </Input.Wrapper>
  )
}
