import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { visible } from '../../../base/web/parts/visible.ts'
import { clock } from '../../../base/web/time.ts'
import { useZone } from '../../../base/web/use-clock.ts'
import { commands } from './client.ts'

interface Props {
  readonly value: string | null
  readonly onChange: (id: string | null) => void
  readonly error: string | undefined
}

/** Finds a command among one's own by what its line contains. */
export function RunAfterPicker({ value, onChange, error }: Props) {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed, 250)
  const zone = useZone()
  // Once chosen, the field shows the choice's own label, which is not a search.
  const search = text.includes(' · ') ? '' : text
  const { data } = useQuery({
    ...commands.ask('command.list', {
      limit: 20,
      shell: 'system',
      ...(search === '' ? {} : { text: search }),
    }),
    placeholderData: (before) => before,
  })
  return (
    <Select
      label="Command to wait for"
      description="This one runs when that one has succeeded, and is cancelled when it has not."
      searchable
      clearable
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      data={(data?.items ?? []).map((row) => ({
        value: row.id,
        label: `${visible(row.line).slice(0, 80)} · ${visible(row.serverName)} · ${clock(Date.parse(row.submittedAt), zone)}`,
      }))}
      nothingFoundMessage="No command contains that"
      error={error}
    />
  )
}
