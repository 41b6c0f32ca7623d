import { ChoiceChip } from '../../../../base/web/filters/ChoiceChip.tsx'
import { chipOf } from '../../../../base/web/filters/chip-of.ts'
import { DateChip } from '../../../../base/web/filters/DateChip.tsx'
import { whoseChoices } from '../../../../base/web/filters/own-rows.ts'
import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { personChoices, personName } from '../../../identity/web/index.ts'
import { serverChoices, serverName } from '../../../servers/web/index.ts'
import { terminalWords } from '../../common/terminal.ts'
import { terminals } from '../client.ts'

interface Props {
  readonly filter: UrlFilter
  readonly change: (change: UrlFilter) => void
  /** A member's rows are their own: there is no one to choose. */
  readonly mine: boolean
  readonly mayAskForAll: boolean
}

const statuses = Object.entries(terminalWords).map(([value, label]) => ({ value, label }))
const lives = [
  { value: 'true', label: 'live now' },
  { value: 'false', label: 'over' },
]

/** Accounts of the newest terminals; any other can be typed. */
async function accountChoices(text: string) {
  const { items } = await terminals.read('terminal.list', { limit: 200 })
  const names = new Set(items.flatMap(({ account }) => (account === null ? [] : [account])))
  if (text !== '') names.add(text)
  return [...names]
    .filter((name) => name.toLowerCase().includes(text.toLowerCase()))
    .sort()
    .map((name) => ({ value: name, label: name }))
}

export function WebshFilters({ filter, change, mine, mayAskForAll }: Props) {
  const chip = chipOf(filter, change)
  return (
    <>
      {!mine && <ChoiceChip {...chip('User', 'personId')} choices={personChoices} nameOf={personName} />}
      {mayAskForAll && <ChoiceChip {...chip('Whose', 'whose')} choices={whoseChoices} />}
      <ChoiceChip {...chip('Server', 'serverId')} choices={serverChoices} nameOf={serverName} />
      <ChoiceChip {...chip('Account', 'account')} choices={accountChoices} nameOf={async (name) => name} />
      <ChoiceChip {...chip('Live', 'live')} choices={lives} />
      <ChoiceChip {...chip('Status', 'status')} choices={statuses} />
      <DateChip filter={filter} onChange={change} />
    </>
  )
}
