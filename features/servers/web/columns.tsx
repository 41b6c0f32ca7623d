import { Status } from '../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import type { Column, PhoneRow } from '../../../base/web/table/column.ts'
import { count } from '../../../base/web/time.ts'
import type { Server } from '../common/server.ts'
import { linkLooks } from './link-state.ts'

const groupNames = (row: Server) => row.groups.map(({ name }) => name).join(', ')

export const serverColumns: readonly Column<Server>[] = [
  {
    id: 'name',
    head: 'Server',
    width: 'minmax(120px, 1.2fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.name} className="clip block" />,
  },
  {
    id: 'link',
    head: 'Link',
    width: '118px',
    fixed: true,
    cell: (row) => <Status {...linkLooks[row.link]} />,
  },
  {
    id: 'os',
    head: 'System',
    width: 'minmax(110px, 1.6fr)',
    cell: (row) => <VisibleText text={row.os ?? '–'} className="clip block dim" />,
  },
  {
    id: 'address',
    head: 'Address',
    width: 'minmax(96px, 0.7fr)',
    from: 'medium',
    cell: (row) => <VisibleText text={row.address ?? '–'} className="mono clip block" />,
  },
  {
    id: 'groups',
    head: 'Groups',
    width: 'minmax(90px, 1fr)',
    cell: (row) => <VisibleText text={groupNames(row) || '–'} className="clip block" />,
  },
  {
    id: 'agent',
    head: 'Agent',
    width: '76px',
    from: 'wide',
    cell: (row) => <VisibleText text={row.agentVersion ?? '–'} className="clip block faint" />,
  },
  {
    id: 'queue',
    head: 'Waiting',
    width: '64px',
    end: true,
    from: 'medium',
    cell: (row) => (
      <span className={row.queue !== null && row.queue.reports > 0 ? 'num tone-wait' : 'num faint'}>
        {row.queue === null ? '–' : count(row.queue.reports)}
      </span>
    ),
  },
  {
    id: 'complete',
    head: 'Complete to',
    width: '116px',
    end: true,
    from: 'medium',
    cell: (row) => (row.completeTo === null ? '–' : <When at={row.completeTo} />),
  },
  {
    id: 'heard',
    head: 'Last heard',
    width: '116px',
    end: true,
    cell: (row) => (row.heardAt === null ? '–' : <When at={row.heardAt} />),
  },
]

export function phoneRow(row: Server): PhoneRow {
  const { glyph, tone, word } = linkLooks[row.link]
  return {
    glyph,
    tone,
    title: <VisibleText text={row.name} />,
    under: [word, <VisibleText key="os" text={row.os ?? ''} />],
    end: row.heardAt === null ? '–' : <When at={row.heardAt} />,
  }
}
