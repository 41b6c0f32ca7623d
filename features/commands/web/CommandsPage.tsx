import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Completeness } from '../../../base/web/filters/Completeness.tsx'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { isOwn, maySeeMore, ownRows } from '../../../base/web/filters/own-rows.ts'
import { useListFilter } from '../../../base/web/filters/use-list-filter.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import { FollowSwitch, NewPill, useShowNew, useTakesNew } from '../../../base/web/table/new-rows.tsx'
import { RecordTable } from '../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { allWords } from '../../../base/web/time.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import { servers } from '../../servers/web/index.ts'
import type { CommandRow } from '../common/command.ts'
import { CommandDetail } from './CommandDetail.tsx'
import { CommandFilters } from './CommandFilters.tsx'
import { commands } from './client.ts'
import { commandColumns, phoneRow } from './columns.tsx'
import { commandLines } from './command-lines.tsx'
import { commandFilterOf, countSet, noFilters } from './filter.ts'
import { NoCommands } from './NoCommands.tsx'
import { useCommandList } from './use-command-list.ts'
import { viewsOf } from './views.ts'

const idOf = (row: CommandRow) => row.id

/** Every command one may see, as it happens. */
export function CommandsPage() {
  const viewer = useViewer()
  const { role } = viewer
  const mine = role === 'member'
  const go = useGo()
  const { url, change, openId, filter } = useListFilter(commandFilterOf)
  const { takesNew, onScrolled } = useTakesNew()
  const asked = useMemo(() => ownRows(filter, viewer, url), [filter, viewer, url['whose']])
  const list = useCommandList(asked, takesNew)
  const { topToken, showNew } = useShowNew(list.showNew)

  const holes = useQuery({
    ...servers.ask('server.holes', {
      limit: 200,
      ...(filter.serverId === undefined ? {} : { serverId: filter.serverId }),
    }),
    staleTime: 15_000,
  })
  const isListed = openId === null || list.rows?.some(({ id }) => id === openId) !== false
  const linked = useQuery({
    ...commands.ask('command.read', { id: openId ?? '' }),
    enabled: !isListed,
  })
  const columns = useMemo(() => commandColumns(filter.text), [filter.text])
  const { rows, completeness } = list
  const isWhole = !list.more.has
  const lines = useMemo(
    () =>
      commandLines({
        rows: rows ?? [],
        completeness,
        holes: holes.data?.items ?? [],
        isWhole,
        linked: isListed ? undefined : linked.data,
      }),
    [rows, completeness, holes.data, isWhole, isListed, linked.data],
  )
  const label = isOwn(viewer, url) ? 'My commands' : 'Commands'
  const views = viewsOf(mine, url)
  return (
    <>
      <PageHead title={label} views={views}>
        <FollowSwitch showNew={showNew} />
        {role !== 'auditor' && <Button onClick={() => go('/run')}>Run a command</Button>}
      </PageHead>
      <FilterBar
        search="Search lines and results"
        text={url['text'] ?? ''}
        onText={(text) => change({ text })}
        setCount={countSet(url)}
        views={views}
        right={<ColumnsMenu name="commands" columns={columns} />}
      >
        <CommandFilters filter={url} change={change} mine={mine} mayAskForAll={maySeeMore(viewer)} />
      </FilterBar>
      {list.error === null && (
        <Completeness of={completeness} whose={mine ? 'your servers' : 'servers'}>
          <NewPill of={list.newCount} showNew={showNew} />
        </Completeness>
      )}
      {list.error !== null ? (
        <ReadError what="This list" error={list.error} onAgain={list.again} />
      ) : list.isPending ? (
        <Skeleton name="commands" label={label} columns={columns} />
      ) : !lines.some(({ kind }) => kind === 'row') ? (
        <NoCommands
          filter={filter}
          url={url}
          completeness={completeness}
          onChange={change}
          onClear={() => change(noFilters)}
        />
      ) : (
        <RecordTable
          name="commands"
          label={label}
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => `the log of ${row.line.slice(0, 60)}`}
          phone={phoneRow}
          detail={(row) => <CommandDetail row={row} />}
          openId={openId}
          onOpen={(id) => change({ open: id ?? undefined })}
          onOpenPage={(row) => go(`/commands/${row.id}`)}
          copies={{
            line: (row) => row.line,
            link: (row) => `${location.origin}/commands/${row.id}`,
          }}
          more={list.more}
          foot={isWhole ? allWords(rows?.length ?? 0, 'command') : undefined}
          onScrolled={onScrolled}
          topToken={topToken}
        />
      )}
    </>
  )
}
