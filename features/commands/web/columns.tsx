import { Actor } from '../../../base/web/parts/Actor.tsx'
import { Status } from '../../../base/web/parts/Glyph.tsx'
import { SealGlyph } from '../../../base/web/parts/SealGlyph.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import type { Column, PhoneRow } from '../../../base/web/table/column.ts'
import { span } from '../../../base/web/time.ts'
import type { CommandRow } from '../common/command.ts'
import { statusLooks } from './command-status.ts'
import { Elapsed } from './Elapsed.tsx'

const CommandWord = ({ row }: { row: CommandRow }) => {
  const [glyph, tone] = statusLooks[row.status]
  return <Status glyph={glyph} tone={tone} word={row.status} />
}

/** One line of what came back; the rest is in the opened row. */
function firstLine(result: string): string {
  const lines = result.trim().split(/\r?\n/)
  return lines.length > 1 ? `${lines[0]} …` : lines[0] || '–'
}

/** @param text the search, marked where it was found */
export const commandColumns = (text: string | undefined): readonly Column<CommandRow>[] => [
  {
    id: 'server',
    head: 'Server',
    width: '100px',
    cell: (row) => <VisibleText text={row.serverName} className="clip block" />,
  },
  {
    id: 'shell',
    head: 'Shell',
    width: '52px',
    from: 'wide',
    cell: (row) => <span className="faint">{row.shell}</span>,
  },
  {
    id: 'line',
    head: 'Line',
    width: 'minmax(180px, 2.1fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.line} className="mono clip block" hit={text} />,
  },
  {
    id: 'result',
    from: 'medium',
    head: 'Result',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <VisibleText text={firstLine(row.result)} className="mono clip block out" hit={text} />,
  },
  {
    id: 'operator',
    head: 'Operator',
    width: 'minmax(114px, 0.7fr)',
    cell: (row) => <Actor name={row.operator.name} kind={row.operator.kind} via={row.operator.via} />,
  },
  { id: 'status', head: 'Status', width: '134px', fixed: true, cell: (row) => <CommandWord row={row} /> },
  {
    id: 'delay',
    head: 'Delay',
    width: '54px',
    end: true,
    from: 'wide',
    cell: (row) => <span className="num faint">{span(row.delaySeconds)}</span>,
  },
  {
    id: 'elapsed',
    head: 'Elapsed',
    width: '66px',
    end: true,
    cell: (row) => <Elapsed row={row} />,
  },
  {
    id: 'date',
    head: 'Date',
    width: '116px',
    end: true,
    sorted: 'descending',
    cell: (row) => <When at={row.submittedAt} />,
  },
  {
    id: 'record',
    head: 'Record',
    width: '14px',
    cell: (row) => <SealGlyph state={row.entry === null ? 'pending' : 'sealed'} />,
  },
]

export function phoneRow(row: CommandRow): PhoneRow {
  const [glyph, tone] = statusLooks[row.status]
  return {
    glyph,
    tone,
    title: <VisibleText text={row.line} className="mono" />,
    under: [
      row.status,
      <VisibleText key="server" text={row.serverName} />,
      <VisibleText
        key="operator"
        text={row.operator.via ? `${row.operator.name} via ${row.operator.via.name}` : row.operator.name}
      />,
    ],
    end: <When at={row.submittedAt} />,
  }
}
