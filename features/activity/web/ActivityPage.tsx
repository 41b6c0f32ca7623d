import { useMemo } from 'react'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { useListFilter } from '../../../base/web/filters/use-list-filter.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import { FollowSwitch, NewPill, useShowNew, useTakesNew } from '../../../base/web/table/new-rows.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { ActivityFilters } from './ActivityFilters.tsx'
import { ActivityRows } from './ActivityRows.tsx'
import { activityColumns } from './columns.tsx'
import { activityFilterOf, countSet, noFilters } from './filter.ts'
import { Horizon } from './Horizon.tsx'
import { NoActivity } from './NoActivity.tsx'
import { useActivityList } from './use-activity-list.ts'
import { viewsOf } from './views.ts'

const label = 'Activity log'

/** Every request that did, was refused or looked at something, as it happens. */
export function ActivityPage() {
  const { url, change, openId, filter } = useListFilter(activityFilterOf)
  const { takesNew, onScrolled } = useTakesNew()
  const list = useActivityList(filter, takesNew)
  const { topToken, showNew } = useShowNew(list.showNew)

  const columns = useMemo(() => activityColumns(filter.text), [filter.text])
  const rows = list.rows ?? []
  const views = viewsOf(url)
  return (
    <>
      <PageHead title={label} views={views}>
        <FollowSwitch showNew={showNew} />
      </PageHead>
      <FilterBar
        search="Search names, addresses and details"
        text={url['text'] ?? ''}
        onText={(text) => change({ text })}
        setCount={countSet(url)}
        views={views}
        right={<ColumnsMenu name="activity" columns={columns} />}
      >
        <ActivityFilters filter={url} change={change} />
      </FilterBar>
      {list.error === null && (
        <Horizon of={list.completeness}>
          <NewPill of={list.newCount} showNew={showNew} />
        </Horizon>
      )}
      {list.error !== null ? (
        <ReadError what="This log" error={list.error} onAgain={list.again} />
      ) : list.isPending ? (
        <Skeleton name="activity" label={label} columns={columns} />
      ) : (
        <ActivityRows
          name="activity"
          label={label}
          path="/governance/activity"
          columns={columns}
          rows={rows}
          more={list.more}
          openId={openId}
          onOpen={(id) => change({ open: id ?? undefined })}
          onScrolled={onScrolled}
          topToken={topToken}
          empty={<NoActivity filter={filter} onClear={() => change(noFilters)} />}
        />
      )}
    </>
  )
}
