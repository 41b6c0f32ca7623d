import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { SealGlyph } from '../../../../base/web/parts/SealGlyph.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { Column, PhoneRow } from '../../../../base/web/table/column.ts'
import { span } from '../../../../base/web/time.ts'
import { useNow } from '../../../../base/web/use-clock.ts'
import { isOpen, type TerminalRow, terminalWords } from '../../common/terminal.ts'
import { terminalTitle } from '../terminal-title.ts'
import { clientTypeWords, terminalLooks } from './terminal-status.ts'

export function Duration({ row }: { row: TerminalRow }) {
  const runs = isOpen(row.status) && row.startedAt !== null
  const now = useNow(1000, runs)
  if (!runs) return <span className="num">{span(row.durationSeconds)}</span>
  const seconds = Math.max(0, Math.floor((now - Date.parse(row.startedAt!)) / 1000))
  return <span className="num tone-run">{seconds < 60 ? `${seconds}s` : span(seconds)}</span>
}

export const StatusWord = ({ row }: { row: TerminalRow }) => {
  const [glyph, tone] = terminalLooks[row.status]
  const away = row.status === 'live' && row.linked === false
  return away ? (
    <Status glyph="bang" tone="wait" word="Offline" />
  ) : (
    <Status glyph={glyph} tone={tone} word={terminalWords[row.status]} />
  )
}

const faint = (text: string | null) =>
  text === null ? <span className="faint">–</span> : <VisibleText text={text} className="clip block" />

/** @param text the search, marked where it was found */
export const terminalColumns = (text: string | undefined): readonly Column<TerminalRow>[] => [
  {
    id: 'server',
    head: 'Server',
    width: 'minmax(96px, 1fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.serverName} className="clip block" hit={text} />,
  },
  {
    id: 'account',
    head: 'Username',
    width: 'minmax(84px, 0.7fr)',
    fixed: true,
    cell: (row) =>
      row.account === null ? (
        faint(null)
      ) : (
        <VisibleText text={row.account} className="mono clip block" hit={text} />
      ),
  },
  {
    id: 'group',
    head: 'Groupname',
    width: 'minmax(84px, 0.6fr)',
    from: 'wide',
    cell: (row) =>
      row.group === null ? faint(null) : <VisibleText text={row.group} className="mono clip block" />,
  },
  {
    id: 'operator',
    head: 'Operator',
    width: 'minmax(130px, 1fr)',
    cell: (row) => <Actor name={row.operator.name} kind={row.operator.kind} via={row.operator.via} />,
  },
  {
    id: 'client',
    head: 'Client type',
    width: '84px',
    from: 'wide',
    cell: (row) => <span className="faint">{clientTypeWords[row.clientType]}</span>,
  },
  {
    id: 'browser',
    head: 'Browser',
    width: 'minmax(110px, 0.9fr)',
    from: 'medium',
    cell: (row) => faint(row.browser),
  },
  {
    id: 'address',
    head: 'Remote IP',
    width: 'minmax(92px, 0.6fr)',
    from: 'medium',
    cell: (row) => faint(row.remoteAddress),
  },
  { id: 'status', head: 'Status', width: '104px', fixed: true, cell: (row) => <StatusWord row={row} /> },
  { id: 'duration', head: 'Duration', width: '74px', end: true, cell: (row) => <Duration row={row} /> },
  {
    id: 'date',
    head: 'Date',
    width: '116px',
    end: true,
    sorted: 'descending',
    cell: (row) => <When at={row.openedAt} />,
  },
  {
    id: 'record',
    head: 'Record',
    width: '14px',
    cell: (row) => <SealGlyph state={row.entry === null ? 'pending' : 'sealed'} />,
  },
]

export function phoneRow(row: TerminalRow): PhoneRow {
  const [glyph, tone] = terminalLooks[row.status]
  return {
    glyph,
    tone,
    title: terminalTitle(row),
    under: [
      terminalWords[row.status],
      <VisibleText key="operator" text={row.operator.name} />,
      <Duration key="duration" row={row} />,
    ],
    end: <When at={row.openedAt} />,
  }
}
