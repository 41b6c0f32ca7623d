import { Switch } from '@mantine/core'
import { useCallback, useMemo, useRef, useState } from 'react'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { useKeys } from '../../../base/web/keys.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { prefer, usePreferences } from '../../../base/web/preferences.ts'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { count } from '../../../base/web/time.ts'
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
  const { follow } = usePreferences()
  const [url, change] = useUrlFilter()
  const openId = url['open'] ?? null
  const { open: _, ...filterUrl } = url
  const filterKey = JSON.stringify(filterUrl)
  // A range that ends now is fixed when it is chosen; live rows come on top of it.
  const filter = useMemo(() => activityFilterOf(JSON.parse(filterKey), Date.now()), [filterKey])

  const isAtTop = useRef(true)
  const followed = useRef(follow)
  followed.current = follow
  const takesNew = useCallback(() => followed.current && isAtTop.current, [])
  const list = useActivityList(filter, takesNew)
  const [topToken, setTopToken] = useState(0)
  const showNew = () => {
    list.showNew()
    setTopToken((token) => token + 1)
  }
  useKeys({ '.': showNew })

  const columns = useMemo(() => activityColumns(filter.text), [filter.text])
  const rows = list.rows ?? []
  return (
    <>
      <PageHead title={label} views={viewsOf(url)}>
        <Switch
          size="xs"
          className="wide"
          label="Follow"
          checked={follow}
          onChange={(event) => {
            prefer({ follow: event.currentTarget.checked })
            if (event.currentTarget.checked) showNew()
          }}
        />
      </PageHead>
      <FilterBar
        search="Search names, addresses and details"
        text={url['text'] ?? ''}
        onText={(text) => change({ text })}
        setCount={countSet(url)}
        right={<ColumnsMenu name="activity" columns={columns} />}
      >
        <ActivityFilters filter={url} change={change} />
      </FilterBar>
      {list.error === null && (
        <Horizon of={list.completeness}>
          {list.newCount > 0 && (
            <button type="button" className="pill num" onClick={showNew}>
              {count(list.newCount)} new
            </button>
          )}
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
          onScrolled={(top) => {
            isAtTop.current = top
          }}
          topToken={topToken}
          empty={<NoActivity filter={filter} onClear={() => change(noFilters)} />}
        />
      )}
    </>
  )
}
