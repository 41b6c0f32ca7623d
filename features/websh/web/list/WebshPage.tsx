import { Button } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Completeness } from '../../../../base/web/filters/Completeness.tsx'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { isOwn, maySeeMore, ownRows } from '../../../../base/web/filters/own-rows.ts'
import { useListFilter } from '../../../../base/web/filters/use-list-filter.ts'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { ColumnsMenu } from '../../../../base/web/table/ColumnsMenu.tsx'
import type { Line } from '../../../../base/web/table/column.ts'
import { RecordTable } from '../../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../../base/web/table/Skeleton.tsx'
import { allWords } from '../../../../base/web/time.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import type { TerminalRow } from '../../common/terminal.ts'
import { terminals } from '../client.ts'
import { webshLabel } from '../views.ts'
import { phoneRow, terminalColumns } from './columns.tsx'
import { countSet, noFilters, terminalFilterOf } from './filter.ts'
import { ImportDialog } from './ImportDialog.tsx'
import { useTerminalList } from './use-terminal-list.ts'
import { WebshDetail } from './WebshDetail.tsx'
import { WebshFilters } from './WebshFilters.tsx'
import { WebshHead } from './WebshHead.tsx'

const idOf = (row: TerminalRow) => row.id

/** Every terminal there was, as it happens. */
export function WebshPage() {
  const viewer = useViewer()
  const { role } = viewer
  const mine = role === 'member'
  const go = useGo()
  const { url, change, openId, filter } = useListFilter(terminalFilterOf)
  const [isImporting, setImporting] = useState(false)
  const asked = useMemo(() => ownRows(filter, viewer, url), [filter, viewer, url['whose']])
  const list = useTerminalList(asked)
  const columns = useMemo(() => terminalColumns(filter.text), [filter.text])
  const isListed = openId === null || list.rows?.some(({ id }) => id === openId) !== false
  const linked = useQuery({
    ...terminals.ask('terminal.read', { id: openId ?? '' }),
    enabled: !isListed,
    retry: false,
  })
  const lines = useMemo<Line<TerminalRow>[]>(() => {
    const rows = list.rows ?? []
    return [...(!isListed && linked.data ? [linked.data] : []), ...rows].map((row) => ({ kind: 'row', row }))
  }, [list.rows, isListed, linked.data])
  const label = isOwn(viewer, url) ? webshLabel(role) : 'Websh'
  return (
    <>
      <WebshHead at="Terminals" title={label}>
        {role === 'admin' && (
          <Button leftSection={<IconUpload size={14} stroke={1.7} />} onClick={() => setImporting(true)}>
            Import a recording
          </Button>
        )}
      </WebshHead>
      <FilterBar
        search="Search server, account, operator, address"
        text={url['text'] ?? ''}
        onText={(text) => change({ text })}
        setCount={countSet(url)}
        right={<ColumnsMenu name="websh" columns={columns} />}
      >
        <WebshFilters filter={url} change={change} mine={mine} mayAskForAll={maySeeMore(viewer)} />
      </FilterBar>
      {filter.text !== undefined && (
        <p className="reach">
          These are names and addresses.{' '}
          <button
            type="button"
            className="link"
            onClick={() => go('/audit/websh/search', { text: filter.text })}
          >
            Look for it on every screen instead
          </button>
        </p>
      )}
      {list.error === null && (
        <Completeness of={list.completeness} whose={mine ? 'your servers' : 'servers'} />
      )}
      {list.error !== null ? (
        <ReadError what="This list" error={list.error} onAgain={list.again} />
      ) : list.isPending ? (
        <Skeleton name="websh" label={label} columns={columns} />
      ) : lines.length === 0 ? (
        <None isFiltered={Object.keys(filter).length > 0} onClear={() => change(noFilters)} />
      ) : (
        <RecordTable
          name="websh"
          label={label}
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => `the terminal of ${row.operator.name} on ${row.serverName}`}
          phone={phoneRow}
          detail={(row) => <WebshDetail row={row} />}
          openId={openId}
          onOpen={(id) => change({ open: id ?? undefined })}
          onOpenPage={(row) => go(`/audit/websh/${row.id}`)}
          copies={{
            line: (row) => `${row.account ?? ''}@${row.serverName}`,
            link: (row) => `${location.origin}/audit/websh/${row.id}`,
          }}
          more={list.more}
          foot={list.more.has ? undefined : allWords(list.rows?.length ?? 0, 'terminal')}
        />
      )}
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  )
}

function None({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Plate
      kind="empty"
      title="No terminal matches these filters"
      actions={<Button onClick={onClear}>Clear filters</Button>}
    >
      <p>Nothing in the record is like that. What was on a screen is found under “Seen on screen”.</p>
    </Plate>
  ) : (
    <Plate kind="empty" title="No terminals yet">
      <p>The first one that is opened shows up here at once, and its recording with it.</p>
    </Plate>
  )
}
