import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useList } from '../../../base/web/client/use-list.ts'
import { Today } from '../../../base/web/filters/Today.tsx'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { Status } from '../../../base/web/parts/Glyph.tsx'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { Plate } from '../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import type { Column, Line } from '../../../base/web/table/column.ts'
import { RecordTable } from '../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../base/web/table/Skeleton.tsx'
import { allWords, count } from '../../../base/web/time.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import type { ServerToken } from '../common/server.ts'
import { servers } from './client.ts'
import { serverViews } from './ServersPage.tsx'
import { TokenDetail, timesWords, tokenLooks } from './TokenDetail.tsx'

const columns: readonly Column<ServerToken>[] = [
  {
    id: 'name',
    head: 'Token',
    width: 'minmax(140px, 1.5fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.name} className="clip block" />,
  },
  { id: 'state', head: 'State', width: '110px', cell: (row) => <Status {...tokenLooks[row.state]} /> },
  {
    id: 'groups',
    head: 'Groups',
    width: 'minmax(100px, 1fr)',
    from: 'medium',
    cell: (row) => (
      <VisibleText text={row.groups.map(({ name }) => name).join(', ') || '–'} className="clip block" />
    ),
  },
  {
    id: 'used',
    head: 'Used',
    width: '90px',
    end: true,
    cell: (row) => (
      <span className="num">
        {count(row.usedCount)}
        {row.usesLeft !== null && ` of ${count(row.usedCount + row.usesLeft)}`}
      </span>
    ),
  },
  {
    id: 'expires',
    head: 'Expires',
    width: '140px',
    end: true,
    cell: (row) =>
      row.expiresAt === null ? <span className="faint">never</span> : <When at={row.expiresAt} />,
  },
  {
    id: 'created',
    head: 'Made',
    width: '140px',
    end: true,
    from: 'medium',
    cell: (row) => <When at={row.createdAt} />,
  },
]
const idOf = (row: ServerToken) => row.id

/** What machines enrol with. Secrets are shown once, when a token is made. */
export function TokensPage() {
  const { role } = useViewer()
  const go = useGo()
  const [filter, change] = useUrlFilter()
  const { rows, error, isPending, again, more } = useList<ServerToken>(
    ['server-token.list', {}],
    (cursor, signal) => servers.read('server-token.list', { limit: 100, ...cursor }, signal),
  )
  const lines = useMemo(() => rows?.map((row): Line<ServerToken> => ({ kind: 'row', row })) ?? [], [rows])
  return (
    <>
      <PageHead title="Servers" views={serverViews('tokens')} areParts>
        <Today />
        {role === 'admin' && (
          <Button variant="filled" onClick={() => go('/servers', { enrol: 'yes' })}>
            Enrol a server
          </Button>
        )}
      </PageHead>
      {error !== null ? (
        <ReadError what="The list of tokens" error={error} onAgain={again} />
      ) : isPending ? (
        <Skeleton name="tokens" label="Registration tokens" columns={columns} />
      ) : lines.length === 0 ? (
        <Plate kind="empty" title="No registration tokens">
          <p>One is made when you enrol a server.</p>
        </Plate>
      ) : (
        <RecordTable
          name="tokens"
          label="Registration tokens"
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => row.name}
          phone={(row) => ({
            glyph: tokenLooks[row.state].glyph,
            tone: tokenLooks[row.state].tone,
            title: <VisibleText text={row.name} />,
            under: [tokenLooks[row.state].word, `used ${timesWords(row.usedCount)}`],
            end: <When at={row.createdAt} />,
          })}
          detail={(row) => <TokenDetail token={row} />}
          openId={filter['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          more={more}
          foot={more.has ? undefined : allWords(lines.length, 'registration token')}
        />
      )}
    </>
  )
}
