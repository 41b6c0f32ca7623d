import { Combobox, useCombobox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { VisibleText } from '../parts/VisibleText.tsx'
import { Chip } from './Chip.tsx'

export interface Choice {
  readonly value: string
  readonly label: string
}

interface Props {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
  /** What to choose from; a function looks it up as a person types. */
  readonly choices: readonly Choice[] | ((text: string) => Promise<readonly Choice[]>)
  /** Names the value when it is not among the choices read so far. */
  readonly nameOf?: (value: string) => Promise<string>
}

/** A filter with one value out of many. */
export function ChoiceChip({ label, value, onChange, choices, nameOf }: Props) {
  const [text, setText] = useState('')
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setText('')
    },
    onDropdownOpen: () => combobox.selectFirstOption(),
  })
  const isAsked = typeof choices === 'function'
  const found = useQuery({
    queryKey: ['choices', label, isAsked ? text : ''],
    queryFn: () => (isAsked ? choices(text) : Promise.resolve(choices)),
    enabled: combobox.dropdownOpened && isAsked,
    placeholderData: (before) => before,
    staleTime: 10_000,
  })
  const list = isAsked ? (found.data ?? []) : choices
  const known = list.find((choice) => choice.value === value)?.label
  const named = useQuery({
    queryKey: ['choice-name', label, value],
    queryFn: () => nameOf!(value!),
    enabled: value !== undefined && known === undefined && nameOf !== undefined,
    staleTime: 60_000,
  })
  const shown = value === undefined ? undefined : (known ?? named.data ?? value.slice(0, 8))

  return (
    <Combobox
      store={combobox}
      width={isAsked ? 248 : 200}
      position="bottom-start"
      shadow="md"
      offset={4}
      onOptionSubmit={(chosen) => {
        onChange(chosen === value ? undefined : chosen)
        combobox.closeDropdown()
      }}
    >
      <Combobox.DropdownTarget>
        <Chip
          label={label}
          value={shown === undefined ? undefined : <VisibleText text={shown} />}
          isOpen={combobox.dropdownOpened}
          onOpen={() => {
            combobox.toggleDropdown()
            setTimeout(() => combobox.focusSearchInput(), 0)
          }}
          onClear={() => onChange(undefined)}
        />
      </Combobox.DropdownTarget>
      <Combobox.Dropdown className="chip-list">
        <Combobox.Search
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder={`Find ${label.toLowerCase()}`}
          aria-label={`Find ${label.toLowerCase()}`}
        />
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
          {list
            .filter((choice) => isAsked || choice.label.toLowerCase().includes(text.toLowerCase()))
            .map((choice) => (
              <Combobox.Option value={choice.value} key={choice.value} active={choice.value === value}>
                <VisibleText text={choice.label} className="clip" />
              </Combobox.Option>
            ))}
          {list.length === 0 && (
            <Combobox.Empty>{found.isFetching ? 'Reading' : 'Nothing by that name'}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
