import { Input, MultiSelect, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Choice } from '../../../../base/web/filters/ChoiceChip.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'

/** Servers by name, for those who may see them; given by the feature that knows servers. */
export type ServerChoices = (text: string) => Promise<readonly Choice[]>

interface Props {
  readonly value: readonly string[]
  readonly onChange: (servers: string[]) => void
  /** Names of servers chosen before. */
  readonly known: readonly { readonly id: string; readonly name: string }[]
  readonly choices: ServerChoices
  readonly error: string | undefined
}

/** Servers it may act on: every one its holder reaches, or those that are named. */
export function ServerRules({ value, onChange, known, choices, error }: Props) {
  const [text, setText] = useState('')
  const [names, setNames] = useState(() => new Map(known.map(({ id, name }) => [id, name])))
  const every = value.includes('*')
  const [isNamed, setNamed] = useState(!every && value.length > 0)
  const { data } = useQuery({
    queryKey: ['choices', 'Server', text],
    queryFn: () => choices(text),
    enabled: isNamed,
    placeholderData: (before) => before,
    staleTime: 10_000,
  })
  const options = new Map(names)
  for (const { value: id, label } of data ?? []) options.set(id, label)
  const choose = (mode: string) => {
    setNamed(mode === 'named')
    onChange(mode === 'every' ? ['*'] : [])
  }
  return (
    <Input.Wrapper
      label="Servers"
      labelElement="div"
      description="Where it may act. What it may see follows its scopes."
      error={error}
    >
      <div className="rules">
        <SegmentedControl
          aria-label="Servers it may act on"
          value={every ? 'every' : isNamed ? 'named' : 'none'}
          onChange={choose}
          data={[
            { value: 'none', label: 'None' },
            { value: 'named', label: 'These' },
            { value: 'every', label: 'Every one its holder reaches' },
          ]}
        />
        {isNamed && (
          <MultiSelect
            aria-label="These servers"
            placeholder={value.length === 0 ? 'Find servers' : ''}
            searchable
            clearable
            hidePickedOptions
            searchValue={text}
            onSearchChange={setText}
            value={[...value]}
            onChange={(ids) => {
              setNames(options)
              onChange(ids)
            }}
            data={[...options].map(([id, name]) => ({ value: id, label: visible(name) }))}
            nothingFoundMessage="No server by that name"
          />
        )}
      </div>
    </Input.Wrapper>
  )
}
