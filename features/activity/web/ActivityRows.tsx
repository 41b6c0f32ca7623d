import { useQuery } from '@tanstack/react-query'
import { type ReactNode, type RefObject, useMemo } from 'react'
import type { Column, Line } from '../../../base/web/table/column.ts'
import { RecordTable } from '../../../base/web/table/RecordTable.tsx'
import { allWords } from '../../../base/web/time.ts'
import type { ActivityRow } from '../common/activity.ts'
import { ActivityDetail } from './ActivityDetail.tsx'
import { activity } from './client.ts'
import { phoneRow } from './columns.tsx'
import type { useActivityList } from './use-activity-list.ts'

interface Props {
  /** Names the list in a person's preferences. */
  readonly name: string
  readonly label: string
  /** Where the list is; a link to a row opens it there. */
  readonly path: string
  readonly columns: readonly Column<ActivityRow>[]
  readonly rows: readonly ActivityRow[]
  readonly more: ReturnType<typeof useActivityList>['more']
  readonly openId: string | null
  readonly onOpen: (id: string | null) => void
  readonly onScrolled?: (isAtTop: boolean) => void
  readonly topToken: number
  /** What stands in place of the list where there is no row. */
  readonly empty: ReactNode
  readonly within?: RefObject<HTMLElement | null>
}

const idOf = (row: ActivityRow) => String(row.id)

/** Requests, newest first; one that was opened by a link stands before those it is not among. */
export function ActivityRows(props: Props) {
  const { label, path, rows, openId, more, onOpen } = props
  const isListed = openId === null || rows.some((row) => idOf(row) === openId)
  const linked = useQuery({
    ...activity.ask('activity.read', { id: Number(openId) }),
    enabled: !isListed && /^\d+$/.test(openId ?? ''),
  })
  const lines = useMemo((): Line<ActivityRow>[] => {
    const listed = rows.map((row) => ({ kind: 'row' as const, row }))
    if (isListed || linked.data === undefined) return listed
    const content = 'Opened by its link; these filters or the rows read so far do not contain it'
    return [
      { kind: 'band', id: 'linked', className: 'linked', content },
      { kind: 'row', row: linked.data },
      ...listed,
    ]
  }, [rows, isListed, linked.data])
  if (lines.length === 0) return props.empty
  return (
    <RecordTable
      name={props.name}
      label={label}
      columns={props.columns}
      lines={lines}
      idOf={idOf}
      titleOf={(row) => `request ${row.sentence.slice(0, 60)}`}
      phone={phoneRow}
      detail={(row) => <ActivityDetail row={row} />}
      openId={openId}
      onOpen={onOpen}
      copies={{
        line: (row) => row.sentence,
        link: (row) => `${location.origin}${path}?open=${row.id}`,
      }}
      more={more}
      foot={more.has ? undefined : allWords(rows.length, 'request')}
      topToken={props.topToken}
      {...(props.onScrolled ? { onScrolled: props.onScrolled } : {})}
      {...(props.within ? { within: props.within } : {})}
    />
  )
}
