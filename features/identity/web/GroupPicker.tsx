import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { readAll } from '../../../base/web/client/use-list.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import { identity } from './client.ts'

interface Props {
  readonly label: string
  readonly description: string
  readonly value: readonly string[]
  readonly onChange: (ids: string[]) => void
  readonly error: string | undefined
}

/** Some of the workspace's groups. */
export function GroupPicker({ label, description, value, onChange, error }: Props) {
  const { data } = useQuery({
    queryKey: ['group.list', 'all'],
    queryFn: () => readAll((cursor) => identity.read('group.list', { limit: 200, ...cursor })),
  })
  return (
    <MultiSelect
      label={label}
      description={description}
      searchable
      clearable
      hidePickedOptions
      value={[...value]}
      onChange={onChange}
      data={(data ?? []).map(({ id, name }) => ({ value: id, label: visible(name) }))}
      nothingFoundMessage="No group by that name"
      error={error}
    />
  )
}
