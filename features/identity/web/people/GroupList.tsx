import { useMemo } from 'react'
import { useList } from '../../../../base/web/client/use-list.ts'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { Column, Line } from '../../../../base/web/table/column.ts'
import { RecordTable } from '../../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../../base/web/table/Skeleton.tsx'
import { allWords, count, countOf } from '../../../../base/web/time.ts'
import type { Group } from '../../common/person.ts'
import { identity } from '../client.ts'
import { GroupDetail } from './GroupDetail.tsx'

const namesOf = (row: Group) =>
  row.members
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ')

const columns: readonly Column<Group>[] = [
  {
    id: 'name',
    head: 'Name',
    width: 'minmax(140px, 1fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.name} className="clip block" />,
  },
  {
    id: 'members',
    head: 'Members',
    width: 'minmax(160px, 2fr)',
    cell: (row) => <VisibleText text={namesOf(row) || '–'} className="clip block dim" />,
  },
  {
    id: 'people',
    head: 'People',
    width: '64px',
    end: true,
    cell: (row) => <span className="num">{count(row.members.length)}</span>,
  },
  {
    id: 'servers',
    head: 'Servers',
    width: '64px',
    end: true,
    cell: (row) => <span className="num">{count(row.serverIds.length)}</span>,
  },
  {
    id: 'created',
    head: 'Added',
    width: '116px',
    end: true,
    from: 'medium',
    cell: (row) => <When at={row.createdAt} />,
  },
]
const idOf = (row: Group) => row.id

export function GroupList() {
  const [filter, change] = useUrlFilter()
  const text = filter['text'] ?? ''
  const input = text === '' ? {} : { text }
  const { rows, error, isPending, again, more } = useList(['group.list', input], (cursor, signal) =>
    identity.read('group.list', { ...input, ...cursor }, signal),
  )
  const lines = useMemo(() => rows?.map((row): Line<Group> => ({ kind: 'row', row })) ?? [], [rows])
  return (
    <>
      <FilterBar search="Search groups" text={text} onText={(words) => change({ text: words })} isDated />
      {error !== null ? (
        <ReadError what="The list of groups" error={error} onAgain={again} />
      ) : isPending ? (
        <Skeleton name="groups" label="Groups" columns={columns} />
      ) : lines.length === 0 ? (
        <Plate kind="empty" title={text === '' ? 'No groups yet' : 'No group by that name'}>
          <p>People reach servers through groups: add one, put people and servers in it.</p>
        </Plate>
      ) : (
        <RecordTable
          name="groups"
          label="Groups"
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => row.name}
          phone={(row) => ({
            glyph: 'check',
            tone: 'quiet',
            title: <VisibleText text={row.name} />,
            under: [countOf(row.members.length, 'person', 'people'), countOf(row.serverIds.length, 'server')],
            end: '',
          })}
          detail={(row) => <GroupDetail group={row} />}
          openId={filter['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          more={more}
          foot={more.has ? undefined : allWords(lines.length, 'group')}
        />
      )}
    </>
  )
}
