import { ChoiceChip } from '../../../base/web/filters/ChoiceChip.tsx'
import { chipOf } from '../../../base/web/filters/chip-of.ts'
import { DateChip } from '../../../base/web/filters/DateChip.tsx'
import { whoseChoices } from '../../../base/web/filters/own-rows.ts'
import type { UrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { personChoices, personName } from '../../identity/web/index.ts'
import { serverChoices, serverName } from '../../servers/web/index.ts'
import { statusLooks } from './command-status.ts'

interface Props {
  readonly filter: UrlFilter
  readonly change: (change: UrlFilter) => void
  /** A member's rows are their own: there is no one to choose. */
  readonly mine: boolean
  readonly mayAskForAll: boolean
}

const statuses = Object.keys(statusLooks).map((word) => ({ value: word, label: word }))
const shells = [
  { value: 'system', label: 'system' },
  { value: 'internal', label: 'internal' },
]
const scheduled = [
  { value: 'true', label: 'with a due time' },
  { value: 'false', label: 'run at once' },
]

export function CommandFilters({ filter, change, mine, mayAskForAll }: Props) {
  const chip = chipOf(filter, change)
  return (
    <>
      {!mine && <ChoiceChip {...chip('User', 'personId')} choices={personChoices} nameOf={personName} />}
      {mayAskForAll && <ChoiceChip {...chip('Whose', 'whose')} choices={whoseChoices} />}
      <ChoiceChip {...chip('Server', 'serverId')} choices={serverChoices} nameOf={serverName} />
      <ChoiceChip {...chip('Status', 'status')} choices={statuses} />
      <ChoiceChip {...chip('Shell', 'shell')} choices={shells} />
      <ChoiceChip {...chip('Scheduled', 'scheduled')} choices={scheduled} />
      <DateChip filter={filter} onChange={change} />
    </>
  )
}
