import { useQuery } from '@tanstack/react-query'
import { ChoiceChip } from '../../../base/web/filters/ChoiceChip.tsx'
import { chipOf } from '../../../base/web/filters/chip-of.ts'
import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import { personChoices, personName } from '../../identity/web/index.ts'
import { RangeChip } from './charts/RangeChip.tsx'
import type { Range } from './charts/ranges.ts'
import { activity } from './client.ts'

interface Props {
  readonly filter: UrlFilter
  readonly change: (change: UrlFilter) => void
  readonly range: Range
  readonly zone: string
}

const failed = [{ value: 'true', label: 'failed and refused' }]

/** A member's rows are their own: there is nobody to choose. */
export function UserActivityFilters({ filter, change, range, zone }: Props) {
  const { role } = useViewer()
  const known = useQuery({ ...activity.ask('activity.actions', {}), staleTime: Number.POSITIVE_INFINITY })
  const actions = known.data?.actions ?? []
  const chip = chipOf(filter, change)
  return (
    <>
      <RangeChip filter={filter} range={range} zone={zone} onChange={change} />
      {role !== 'member' && (
        <ChoiceChip {...chip('User', 'personId')} choices={personChoices} nameOf={personName} />
      )}
      <ChoiceChip
        {...chip('Action', 'action')}
        choices={actions.map(({ name }) => ({ value: name, label: name }))}
      />
      <ChoiceChip {...chip('Result', 'failedOnly')} choices={failed} />
    </>
  )
}
