import { useMemo } from 'react'
import { ROLES } from '../../../../base/common/api.ts'
import { useList } from '../../../../base/web/client/use-list.ts'
import { ChoiceChip } from '../../../../base/web/filters/ChoiceChip.tsx'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import { ColumnsMenu } from '../../../../base/web/table/ColumnsMenu.tsx'
import type { Column, Line } from '../../../../base/web/table/column.ts'
import { RecordTable } from '../../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../../base/web/table/Skeleton.tsx'
import { allWords, count } from '../../../../base/web/time.ts'
import { roleWords } from '../../../../base/web/viewer.ts'
import { type PersonRow, PersonStatus } from '../../common/person.ts'
import { identity } from '../client.ts'
import { PersonDetail } from './PersonDetail.tsx'
import { personLooks } from './person-looks.ts'

const columns: readonly Column<PersonRow>[] = [
  {
    id: 'name',
    head: 'Name',
    width: 'minmax(140px, 1.4fr)',
    fixed: true,
    cell: (row) => <Actor name={row.name} kind="person" />,
  },
  {
    id: 'username',
    head: 'Username',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <VisibleText text={row.username} className="mono clip block" />,
  },
  { id: 'role', head: 'Role', width: '104px', cell: (row) => roleWords[row.role] },
  {
    id: 'status',
    head: 'Status',
    width: '104px',
    cell: (row) => <Status {...personLooks[row.status]} />,
  },
  {
    id: 'email',
    head: 'E-mail',
    width: 'minmax(120px, 1.4fr)',
    from: 'wide',
    cell: (row) => <VisibleText text={row.email ?? '–'} className="clip block" />,
  },
  {
    id: 'groups',
    head: 'Groups',
    width: '60px',
    end: true,
    from: 'medium',
    cell: (row) => <span className="num">{count(row.groupCount)}</span>,
  },
  {
    id: 'account',
    head: 'Account',
    width: 'minmax(104px, 0.8fr)',
    from: 'medium',
    cell: (row) => <VisibleText text={row.account ?? '–'} className="mono clip block" />,
  },
  {
    id: 'signed-in',
    head: 'Last sign-in',
    width: '116px',
    end: true,
    cell: (row) =>
      row.lastSignInAt === null ? <span className="faint">never</span> : <When at={row.lastSignInAt} />,
  },
  {
    id: 'created',
    head: 'Added',
    width: '116px',
    end: true,
    from: 'wide',
    cell: (row) => <When at={row.createdAt} />,
  },
]
const statuses = [
  ...PersonStatus.options.map((value) => ({ value, label: personLooks[value].word })),
  { value: 'any', label: 'Any, also removed' },
]
const roles = ROLES.map((value) => ({ value, label: roleWords[value] }))
const idOf = (row: PersonRow) => row.id

export function PersonList() {
  const [filter, change] = useUrlFilter()
  const go = useGo()
  const text = filter['text'] ?? ''
  const status = [...PersonStatus.options, 'any' as const].find((one) => one === filter['status'])
  const role = ROLES.find((one) => one === filter['role'])
  const input = { ...(text !== '' && { text }), ...(status && { status }), ...(role && { role }) }
  const { rows, error, isPending, again, more } = useList(['person.list', input], (cursor, signal) =>
    identity.read('person.list', { ...input, ...cursor }, signal),
  )
  const lines = useMemo(() => rows?.map((row): Line<PersonRow> => ({ kind: 'row', row })) ?? [], [rows])
  return (
    <>
      <FilterBar
        search="Search people"
        text={text}
        onText={(words) => change({ text: words })}
        setCount={Number(status !== undefined) + Number(role !== undefined)}
        isDated
        right={<ColumnsMenu name="people" columns={columns} />}
      >
        <ChoiceChip
          label="Status"
          value={status}
          choices={statuses}
          onChange={(value) => change({ status: value })}
        />
        <ChoiceChip label="Role" value={role} choices={roles} onChange={(value) => change({ role: value })} />
      </FilterBar>
      {error !== null ? (
        <ReadError what="The list of people" error={error} onAgain={again} />
      ) : isPending ? (
        <Skeleton name="people" label="People" columns={columns} />
      ) : lines.length === 0 ? (
        <Plate kind="empty" title="Nobody matches">
          <p>Names and usernames are searched. Who was removed is found with the status.</p>
        </Plate>
      ) : (
        <RecordTable
          name="people"
          label="People"
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => row.username}
          phone={(row) => ({
            glyph: personLooks[row.status].glyph,
            tone: personLooks[row.status].tone,
            title: <VisibleText text={row.name} />,
            under: [
              personLooks[row.status].word,
              roleWords[row.role],
              <VisibleText key="u" text={row.username} />,
            ],
            end: row.lastSignInAt === null ? 'never' : <When at={row.lastSignInAt} relative />,
          })}
          detail={(row) => <PersonDetail id={row.id} />}
          onOpenPage={(row) => go(`/people/${row.id}`)}
          openId={filter['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          more={more}
          foot={more.has ? undefined : allWords(lines.length, 'person', 'people')}
        />
      )}
    </>
  )
}
