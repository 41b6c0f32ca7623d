import { useMemo } from 'react'
import { useList } from '../../../base/web/client/use-list.ts'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { Actor } from '../../../base/web/parts/Actor.tsx'
import { Plate } from '../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import type { Column, Line } from '../../../base/web/table/column.ts'
import { RecordTable } from '../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { roleWords } from '../../../base/web/viewer.ts'
import type { Person } from '../common/person.ts'
import { identity } from './client.ts'
import { PersonDetail } from './PersonDetail.tsx'

const columns: readonly Column<Person>[] = [
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
  { id: 'role', head: 'Role', width: '110px', cell: (row) => roleWords[row.role] },
  {
    id: 'account',
    head: 'Account on servers',
    width: '140px',
    from: 'medium',
    cell: (row) => <VisibleText text={row.account ?? '–'} className="mono clip block" />,
  },
  {
    id: 'signed-in',
    head: 'Last sign-in',
    width: '140px',
    end: true,
    cell: (row) =>
      row.lastSignInAt === null ? <span className="faint">never</span> : <When at={row.lastSignInAt} />,
  },
  {
    id: 'created',
    head: 'Added',
    width: '140px',
    end: true,
    from: 'wide',
    cell: (row) => <When at={row.createdAt} />,
  },
]
const idOf = (row: Person) => row.id

export function PersonList() {
  const [filter, change] = useUrlFilter()
  const text = filter['text'] ?? ''
  const input = text === '' ? {} : { text }
  const { rows, error, isPending, again, more } = useList(['person.list', input], (cursor, signal) =>
    identity.read('person.list', { ...input, ...cursor }, signal),
  )
  const lines = useMemo(() => rows?.map((row): Line<Person> => ({ kind: 'row', row })) ?? [], [rows])
  return (
    <>
      <FilterBar
        search="Search people"
        text={text}
        onText={(words) => change({ text: words })}
        right={<ColumnsMenu name="people" columns={columns} />}
      />
      {error !== null ? (
        <ReadError what="The list of people" error={error} onAgain={again} />
      ) : isPending ? (
        <Skeleton name="people" label="People" columns={columns} />
      ) : lines.length === 0 ? (
        <Plate kind="empty" title="Nobody by that name">
          <p>Names and usernames are searched.</p>
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
            glyph: 'check',
            tone: 'quiet',
            title: <VisibleText text={row.name} />,
            under: [roleWords[row.role], <VisibleText key="u" text={row.username} />],
            end: row.lastSignInAt === null ? 'never' : <When at={row.lastSignInAt} relative />,
          })}
          detail={(row) => <PersonDetail person={row} />}
          openId={filter['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          more={more}
        />
      )}
    </>
  )
}
