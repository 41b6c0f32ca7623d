import { Button } from '@mantine/core'
import { useMemo, useRef } from 'react'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import { FollowSwitch, NewPill, useShowNew, useTakesNew } from '../../../base/web/table/new-rows.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { useZone } from '../../../base/web/use-clock.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import { ActivityRows } from './ActivityRows.tsx'
import { Charts } from './charts/Charts.tsx'
import { rangeOfUrl } from './charts/ranges.ts'
import { noSelection, selectionOf, selectionWords } from './charts/selection.ts'
import { useMovingNow } from './charts/use-series.ts'
import { activityColumns } from './columns.tsx'
import { Horizon } from './Horizon.tsx'
import { NoActivity } from './NoActivity.tsx'
import { UserActivityFilters } from './UserActivityFilters.tsx'
import { useActivityList } from './use-activity-list.ts'
import { noRowFilters, rowFilterOf, rowFiltersSet } from './user-activity-filter.ts'

const order = ['user', 'date', 'ip', 'action', 'result', 'details']

/** What people do, counted and drawn, and under it the requests themselves. */
export function UserActivityPage() {
  const zone = useZone()
  const label = useViewer().role === 'member' ? 'My activity' : 'User activity'
  const [url, change] = useUrlFilter()
  const openId = url['open'] ?? null
  const { open: _, ...filterUrl } = url
  const filterKey = JSON.stringify(filterUrl)
  // Rows of a range that ends now are asked for from its beginning as it was when it was chosen; live ones come on top.
  const filter = useMemo(() => rowFilterOf(JSON.parse(filterKey), Date.now(), zone), [filterKey, zone])
  const selection = useMemo(() => selectionOf(JSON.parse(filterKey)), [filterKey])

  const scroll = useRef<HTMLDivElement>(null)
  const { takesNew, onScrolled } = useTakesNew()
  const list = useActivityList(filter, takesNew)
  const chosen = useMemo(() => rangeOfUrl(JSON.parse(filterKey), Date.now(), zone), [filterKey, zone])
  const now = useMovingNow(list.completeness, chosen.isOpen)
  const range = useMemo(
    () => rangeOfUrl(JSON.parse(filterKey), Math.max(now, chosen.isOpen ? chosen.to : 0), zone),
    [filterKey, zone, now, chosen],
  )
  const { topToken, showNew } = useShowNew(list.showNew)

  const columns = useMemo(() => {
    const known = activityColumns(filter.text)
    return order.flatMap((id) => {
      const column = known.find((one) => one.id === id)
      if (column === undefined) return []
      return [id === 'date' ? { ...column, head: 'Time', end: false } : column]
    })
  }, [filter.text])
  return (
    <>
      <PageHead title={label}>
        <FollowSwitch showNew={showNew} />
      </PageHead>
      <FilterBar
        search="Search the rows"
        text={url['text'] ?? ''}
        onText={(text) => change({ text })}
        setCount={rowFiltersSet(url)}
        right={<ColumnsMenu name="user-activity" columns={columns} />}
      >
        <UserActivityFilters filter={url} change={change} range={range} zone={zone} />
      </FilterBar>
      <Horizon of={list.completeness}>
        <NewPill of={list.newCount} showNew={showNew} />
      </Horizon>
      <div
        className="activity-scroll"
        ref={scroll}
        onScroll={(event) => onScrolled(event.currentTarget.scrollTop < 8)}
      >
        <Charts range={range} zone={zone} filter={url} change={change} selection={selection} />
        {selection !== undefined && (
          <div className="rows-of">
            <span className="clip">
              Rows of <b>{selectionWords(selection, zone)}</b>
            </span>
            <Button onClick={() => change(noSelection)}>Show all of the range</Button>
          </div>
        )}
        {list.error !== null ? (
          <ReadError what="This list" error={list.error} onAgain={list.again} />
        ) : list.isPending ? (
          <Skeleton name="user-activity" label={label} columns={columns} />
        ) : (
          <ActivityRows
            name="user-activity"
            label={label}
            path="/monitoring/user-activity"
            columns={columns}
            rows={list.rows ?? []}
            more={list.more}
            openId={openId}
            onOpen={(id) => change({ open: id ?? undefined })}
            topToken={topToken}
            empty={<NoActivity filter={filter} onClear={() => change({ ...noRowFilters, ...noSelection })} />}
            within={scroll}
          />
        )}
      </div>
    </>
  )
}
