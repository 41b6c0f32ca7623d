import { useQuery } from '@tanstack/react-query'
import type { AccessRow, accessApi } from '../../../../base/common/access-api.ts'
import { ROLES, type Role } from '../../../../base/common/api.ts'
import { clientOf } from '../../../../base/web/client/client.ts'
import { ChoiceChip } from '../../../../base/web/filters/ChoiceChip.tsx'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { roleWords } from '../../../../base/web/viewer.ts'
import { Frame } from '../Frame.tsx'
import { settingsViews } from '../views.ts'
import './settings.css'

const access = clientOf<typeof accessApi>()

const kindWords: Readonly<Record<AccessRow['kind'], string>> = {
  query: 'reads',
  command: 'acts',
  channel: 'live',
  download: 'file',
  redirect: 'leads on',
  socket: 'stream',
}
const kinds = Object.entries(kindWords).map(([value, label]) => ({ value, label }))
const whose = [
  ...ROLES.map((value) => ({ value: value as string, label: roleWords[value] })),
  { value: 'anyone', label: 'Nobody signed in' },
]

/** Who may see what, read from the tables the server itself goes by: this page cannot say anything else than what holds. */
export function AccessPage() {
  const [filter, change] = useUrlFilter()
  const { data, error, refetch } = useQuery(access.ask('access.matrix', {}))
  const text = (filter['text'] ?? '').toLowerCase()
  const rows = data?.items.filter(
    (row) =>
      `${row.endpoint} ${row.about} ${row.rows ?? ''}`.toLowerCase().includes(text) &&
      (filter['kind'] === undefined || row.kind === filter['kind']) &&
      (filter['role'] === undefined ||
        (filter['role'] === 'anyone' ? row.anyone : row.roles.includes(filter['role'] as Role))),
  )
  return (
    <>
      <Frame title="Settings" views={settingsViews('Who may see what')} />
      <FilterBar
        search="Search what can be done"
        text={filter['text'] ?? ''}
        onText={(words) => change({ text: words === '' ? undefined : words })}
        setCount={['role', 'kind'].filter((name) => filter[name] !== undefined).length}
      >
        <ChoiceChip
          label="Open to"
          value={filter['role']}
          choices={whose}
          onChange={(role) => change({ role })}
        />
        <ChoiceChip
          label="Kind"
          value={filter['kind']}
          choices={kinds}
          onChange={(kind) => change({ kind })}
        />
      </FilterBar>
      {error !== null ? (
        <ReadError what="The table of access" error={error} onAgain={() => void refetch()} />
      ) : rows === undefined ? (
        <Bones label="The table of access" className="access-table" />
      ) : rows.length === 0 ? (
        <Plate kind="empty" title="Nothing matches">
          <p>Nothing that can be done or seen here matches these filters.</p>
        </Plate>
      ) : (
        <Matrix rows={rows} />
      )}
    </>
  )
}

function Matrix({ rows }: { rows: readonly AccessRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="access-table" aria-label="Who may see what, scrolls" tabIndex={0}>
      <p className="access-words">
        Made from the same tables the server decides by. Administrators and auditors see every row; members
        the rows named here. What one may not see and what does not exist answer alike.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            {ROLES.map((role) => (
              <th scope="col" key={role}>
                {roleWords[role]}
              </th>
            ))}
            <th scope="col">Members see</th>
            <th scope="col">Asks for</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.endpoint}>
              <td>
                <code>{row.endpoint}</code> <span className="faint">{kindWords[row.kind]}</span>
                <p>{row.about}</p>
              </td>
              {ROLES.map((role) => (
                <td key={role} className="role" data-head={roleWords[role]}>
                  {row.roles.includes(role) ? 'yes' : <span className="faint">no</span>}
                </td>
              ))}
              <td className="rows" data-head="Members see">
                {row.roles.includes('member') ? (row.rows ?? '–') : <span className="faint">nothing</span>}
              </td>
              <td data-head="Asks for">{asks(row) || <span className="faint">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const asks = ({ anyone, peopleOnly, stepUp }: AccessRow) =>
  [
    anyone && 'nothing: anybody may',
    !anyone && peopleOnly && 'a person, not a token',
    stepUp === true && 'a recent proof',
    Array.isArray(stepUp) && 'a recent proof for some fields',
  ]
    .filter((words) => words !== false)
    .join('; ')
