import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { useKeys } from '../../../base/web/keys.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { prefer, usePreferences } from '../../../base/web/preferences.ts'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import type { Line } from '../../../base/web/table/column.ts'
import { RecordTable } from '../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { allWords, count } from '../../../base/web/time.ts'
import type { ActivityRow } from '../common/activity.ts'
import { ActivityDetail } from './ActivityDetail.tsx'
import { ActivityFilters } from './ActivityFilters.tsx'
import { activity } from './client.ts'
import { activityColumns, phoneRow } from './columns.tsx'
import { activityFilterOf, countSet, noFilters } from './filter.ts'
import { Horizon } from './Horizon.tsx'
import { NoActivity } from './NoActivity.tsx'
import { useActivityList } from './use-activity-list.ts'
import { viewsOf } from './views.ts'

const idOf = (row: ActivityRow) => String(row.id)
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

  const { rows } = list
  const isListed = openId === null || rows?.some((row) => idOf(row) === openId) !== false
  const linked = useQuery({
    ...activity.ask('activity.read', { id: Number(openId) }),
    enabled: !isListed && /^\d+$/.test(openId ?? ''),
  })
  const columns = useMemo(() => activityColumns(filter.text), [filter.text])
  const lines = useMemo((): Line<ActivityRow>[] => {
    const listed = (rows ?? []).map((row) => ({ kind: 'row' as const, row }))
    if (isListed || linked.data === undefined) return listed
    const content = 'Opened by its link; these filters or the rows read so far do not contain it'
    return [
      { kind: 'band', id: 'linked', className: 'linked', content },
      { kind: 'row', row: linked.data },
      ...listed,
    ]
  }, [rows, isListed, linked.data])
  const isWhole = !list.more.has
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
      ) : lines.length === 0 ? (
        <NoActivity filter={filter} onClear={() => change(noFilters)} />
      ) : (
        <RecordTable
          name="activity"
          label={label}
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => `request ${row.sentence.slice(0, 60)}`}
          phone={phoneRow}
          detail={(row) => <ActivityDetail row={row} />}
          openId={openId}
          onOpen={(id) => change({ open: id ?? undefined })}
          copies={{
            line: (row) => row.sentence,
            link: (row) => `${location.origin}/governance/activity?open=${row.id}`,
          }}
          more={list.more}
          foot={isWhole ? allWords(rows?.length ?? 0) : undefined}
          onScrolled={(top) => {
            isAtTop.current = top
          }}
          topToken={topToken}
        />
      )}
    </>
  )
}
