import { Button } from '@mantine/core'
import { IconTerminal2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { asRefused } from '../../../../base/web/client/refused.ts'
import { Completeness } from '../../../../base/web/filters/Completeness.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import type { Column, Line } from '../../../../base/web/table/column.ts'
import { RecordTable } from '../../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../../base/web/table/Skeleton.tsx'
import { allWords } from '../../../../base/web/time.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import { isOpen, type TerminalRow } from '../../common/terminal.ts'
import { terminals } from '../client.ts'
import { phoneRow, terminalColumns } from '../list/columns.tsx'
import { TerminalActions } from '../list/TerminalActions.tsx'
import { TerminalFacts } from '../list/TerminalFacts.tsx'
import { useTerminalList } from '../list/use-terminal-list.ts'
import { Viewers } from '../list/Viewers.tsx'
import '../list/websh.css'
import { OpenDialog } from './OpenDialog.tsx'

const live = { live: 'true' } as const
const idOf = (row: TerminalRow) => row.id
const shown = ['server', 'account', 'operator', 'browser', 'address', 'status', 'duration', 'date']

/** The terminals that are open now. */
export function TerminalsPage() {
  const { id: ownId, role } = useViewer()
  const go = useGo()
  const [url, change] = useUrlFilter()
  const list = useTerminalList(live)
  const isOpening = url['new'] === 'terminal'
  const columns = useMemo<readonly Column<TerminalRow>[]>(
    () => [
      ...terminalColumns(undefined).filter(({ id }) => shown.includes(id)),
      {
        id: 'people',
        head: 'Here',
        width: '44px',
        end: true,
        cell: (row) => <span className={row.people > 1 ? 'num tone-wait' : 'num faint'}>{row.people}</span>,
      },
      {
        id: 'do',
        head: 'Action',
        width: '78px',
        end: true,
        fixed: true,
        cell: (row) => <OpenButton row={row} isOwn={row.operator.id === ownId} mayWatch={role === 'admin'} />,
      },
    ],
    [ownId, role],
  )
  // One that ends while it is looked at stays, and says so, until the page is opened again.
  const lines = useMemo<Line<TerminalRow>[]>(
    () => (list.rows ?? []).map((row) => ({ kind: 'row', row })),
    [list.rows],
  )
  const open = () => change({ new: 'terminal' })
  return (
    <>
      <PageHead title="Terminals">
        {role !== 'auditor' && (
          <Button variant="filled" leftSection={<IconTerminal2 size={15} stroke={1.7} />} onClick={open}>
            Open a terminal
          </Button>
        )}
      </PageHead>
      {list.error === null && (list.isPending || lines.length > 0) && (
        <Completeness of={list.completeness} whose={role === 'member' ? 'your servers' : 'servers'} />
      )}
      {list.error !== null ? (
        <ReadError what="This list" error={list.error} onAgain={list.again} />
      ) : list.isPending ? (
        <Skeleton name="terminals" label="Terminals" columns={columns} />
      ) : lines.length === 0 ? (
        <Plate
          kind="empty"
          title="No terminal is open"
          actions={
            role === 'auditor' ? (
              <Button onClick={() => go('/audit/websh')}>Terminals there were</Button>
            ) : (
              <Button onClick={open}>Open a terminal</Button>
            )
          }
        >
          <p>
            {role === 'auditor'
              ? 'One that is opened shows up here at once.'
              : 'One you open goes on when you close its tab; come back to it here. All of it is recorded.'}
          </p>
        </Plate>
      ) : (
        <RecordTable
          name="terminals"
          label="Terminals"
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => `the terminal of ${row.operator.name} on ${row.serverName}`}
          phone={phoneRow}
          detail={(row) => <OpenTerminal row={row} />}
          openId={url['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          onOpenPage={(row) => go(`/terminals/${row.id}`)}
          more={list.more}
          foot={list.more.has ? undefined : allWords(lines.length, 'terminal')}
        />
      )}
      {isOpening && (
        <OpenDialog
          serverId={url['serverId']}
          onClose={() => change({ new: undefined, serverId: undefined })}
        />
      )}
    </>
  )
}

function OpenButton({ row, isOwn, mayWatch }: { row: TerminalRow; isOwn: boolean; mayWatch: boolean }) {
  const go = useGo()
  if (!isOpen(row.status))
    return (
      <Button size="compact-xs" onClick={() => go(`/audit/websh/${row.id}`)}>
        Replay
      </Button>
    )
  if (!isOwn && !mayWatch) return null
  return (
    <Button size="compact-xs" onClick={() => go(`/terminals/${row.id}`)}>
      {isOwn ? 'Open' : 'Watch'}
    </Button>
  )
}

function OpenTerminal({ row }: { row: TerminalRow }) {
  const { data, error } = useQuery({
    ...terminals.ask('terminal.read', { id: row.id }),
    queryKey: ['terminal.read', { id: row.id }, row.status, row.entry?.sequence],
    placeholderData: (before) => (before?.id === row.id ? before : undefined),
  })
  if (error !== null && data === undefined)
    return (
      <p className="tone-fail" role="alert">
        <VisibleText text={asRefused(error).message} />
      </p>
    )
  if (data === undefined) return <div className="detail-room" aria-busy="true" />
  return (
    <div className="detail-body websh-detail">
      <div>
        <div className="detail-actions">
          <TerminalActions terminal={data} />
        </div>
        <Viewers id={row.id} isLive={isOpen(row.status)} />
      </div>
      <div className="detail-side">
        <TerminalFacts terminal={data} />
      </div>
    </div>
  )
}
