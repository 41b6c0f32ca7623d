import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useList } from '../../../base/web/client/use-list.ts'
import { ChoiceChip } from '../../../base/web/filters/ChoiceChip.tsx'
import { FilterBar } from '../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { PageHead, type View } from '../../../base/web/parts/PageHead.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { ColumnsMenu } from '../../../base/web/table/ColumnsMenu.tsx'
import type { Line } from '../../../base/web/table/column.ts'
import { RecordTable } from '../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { allWords } from '../../../base/web/time.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'
import { phoneRow, serverColumns } from './columns.tsx'
import { EnrolDialog } from './EnrolDialog.tsx'
import { linkLooks } from './link-state.ts'
import { NoServers } from './NoServers.tsx'
import { ServerDetail } from './ServerDetail.tsx'
import { useLiveServers } from './use-live-servers.ts'
import './servers.css'

const idOf = (row: Server) => row.id
const links = Object.entries(linkLooks).map(([value, { word }]) => ({ value, label: word }))

export const serverViews = (current: 'servers' | 'tokens'): View[] => [
  { label: 'Servers', to: '/servers', current: current === 'servers' },
  { label: 'Registration tokens', to: '/servers/tokens', current: current === 'tokens' },
]

export function ServersPage() {
  const { role } = useViewer()
  const [filter, change] = useUrlFilter()
  const text = filter['text'] ?? ''
  const link = filter['link'] !== undefined && filter['link'] in linkLooks ? filter['link'] : undefined
  const input = useMemo(
    () => ({
      ...(text === '' ? {} : { text }),
      ...(link === undefined ? {} : { link: link as Server['link'] }),
      limit: 100,
    }),
    [text, link],
  )
  const { rows, error, isPending, again, more } = useList<Server>(
    ['server.list', { page: input }],
    (cursor, signal) => servers.read('server.list', { ...input, ...cursor }, signal),
  )
  useLiveServers()
  const lines = useMemo(() => rows?.map((row): Line<Server> => ({ kind: 'row', row })) ?? [], [rows])
  return (
    <>
      <PageHead
        title="Servers"
        {...(role === 'member' ? {} : { views: serverViews('servers'), areParts: true })}
      >
        {role === 'admin' && (
          <Button variant="filled" onClick={() => change({ enrol: 'yes' })}>
            Enrol a server
          </Button>
        )}
      </PageHead>
      <FilterBar
        search="Search servers"
        text={text}
        onText={(words) => change({ text: words })}
        setCount={link === undefined ? 0 : 1}
        isDated
        right={<ColumnsMenu name="servers" columns={serverColumns} />}
      >
        <ChoiceChip label="Link" value={link} choices={links} onChange={(value) => change({ link: value })} />
      </FilterBar>
      {error !== null ? (
        <ReadError what="The list of servers" error={error} onAgain={again} />
      ) : isPending ? (
        <Skeleton name="servers" label="Servers" columns={serverColumns} />
      ) : lines.length === 0 ? (
        <NoServers
          isFiltered={text !== '' || link !== undefined}
          onClear={() => change({ text: undefined, link: undefined })}
          onEnrol={() => change({ enrol: 'yes' })}
        />
      ) : (
        <RecordTable
          name="servers"
          label="Servers"
          columns={serverColumns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => row.name}
          phone={phoneRow}
          detail={(row) => <ServerDetail server={row} />}
          openId={filter['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          more={more}
          foot={more.has ? undefined : allWords(lines.length, 'server')}
        />
      )}
      {filter['enrol'] !== undefined && role === 'admin' && (
        <EnrolDialog onClose={() => change({ enrol: undefined })} />
      )}
    </>
  )
}
