import { useQuery } from '@tanstack/react-query'
import { ChoiceChip } from '../../../base/web/filters/ChoiceChip.tsx'
import { chipOf } from '../../../base/web/filters/chip-of.ts'
import { DateChip } from '../../../base/web/filters/DateChip.tsx'
import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { personChoices, personName } from '../../identity/web/index.ts'
import { activity } from './client.ts'

interface Props {
  readonly filter: UrlFilter
  readonly change: (change: UrlFilter) => void
}

const failed = [{ value: 'true', label: 'failed and refused' }]
const asChoice = (name: string) => ({ value: name, label: name })

export function ActivityFilters({ filter, change }: Props) {
  const known = useQuery({
    ...activity.ask('activity.actions', {}),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const actions = known.data?.actions ?? []
  const { feature } = filter
  const chip = chipOf(filter, change)
  return (
    <>
      <ChoiceChip {...chip('User', 'personId')} choices={personChoices} nameOf={personName} />
      <ChoiceChip
        {...chip('App', 'feature')}
        choices={[...new Set(actions.map((action) => action.feature))].map(asChoice)}
      />
      <ChoiceChip
        {...chip('Action', 'action')}
        choices={actions
          .filter((action) => feature === undefined || action.feature === feature)
          .map(({ name }) => asChoice(name))}
      />
      <ChoiceChip {...chip('Object', 'object')} choices={(known.data?.objects ?? []).map(asChoice)} />
      <ChoiceChip {...chip('Result', 'failedOnly')} choices={failed} />
      <DateChip filter={filter} onChange={change} />
    </>
  )
}
