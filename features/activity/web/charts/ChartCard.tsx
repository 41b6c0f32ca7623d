import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconChartBar, IconDownload, IconTable } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { asRefused } from '../../../../base/web/client/refused.ts'
import { saveFile } from '../../../../base/web/parts/save-file.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { ChartTable, type TableOf } from './ChartTable.tsx'
import { csv } from './csv.ts'
import { pictureOf } from './picture.ts'

interface Props {
  readonly title: string
  /** Begins the names of files made of it. */
  readonly name: string
  readonly className: string
  readonly legend?: ReactNode
  readonly error: Error | null
  readonly onAgain: () => void
  /** Undefined while it is first read. */
  readonly drawn:
    | {
        readonly finding: string
        /** What stands where the pointer is; it takes the place of the finding. */
        readonly says: string | undefined
        readonly chart: ReactNode
        readonly table: TableOf
        readonly isEmpty: boolean
      }
    | undefined
  /** The workspace, the range and the zone: what a picture says of itself. */
  readonly about: string
}

/** A chart with what it finds, the same as a table, and both to take away. Its height never changes. */
export function ChartCard({ title, name, className, legend, error, onAgain, drawn, about }: Props) {
  const [isTable, setTable] = useState(false)
  const room = useRef<HTMLDivElement>(null)
  const stamp = () => new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-')
  const savePicture = async () => {
    const shown = room.current?.firstElementChild
    if (drawn === undefined || !(shown instanceof HTMLElement)) return
    try {
      const picture = await pictureOf(shown, { title, under: about, finding: drawn.finding })
      saveFile(`${name}-${stamp()}.png`, picture, 'image/png')
    } catch (fault) {
      notifications.show({ color: 'red', message: `No picture was made: ${asRefused(fault).message}` })
    }
  }
  const saveTable = () => {
    if (drawn === undefined) return
    const text = csv(
      drawn.table.head,
      drawn.table.rows.map(({ cells }) => cells),
    )
    saveFile(`${name}-${stamp()}.csv`, text, 'text/csv;charset=utf-8')
  }
  return (
    <section className={`chart-card ${className}`} aria-label={title}>
      <div className="chart-head">
        <h2>{title}</h2>
        {!isTable && legend}
        <span className="chart-actions">
          <Tooltip label={isTable ? 'As a chart' : 'As a table'}>
            <ActionIcon
              variant="subtle"
              aria-label="As a table"
              aria-pressed={isTable}
              onClick={() => setTable(!isTable)}
            >
              {isTable ? (
                <IconChartBar size={16} stroke={1.6} aria-hidden="true" />
              ) : (
                <IconTable size={16} stroke={1.6} aria-hidden="true" />
              )}
            </ActionIcon>
          </Tooltip>
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <Tooltip label="Download">
                <ActionIcon variant="subtle" aria-label={`Download ${title}`} disabled={drawn === undefined}>
                  <IconDownload size={16} stroke={1.6} aria-hidden="true" />
                </ActionIcon>
              </Tooltip>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item disabled={isTable || drawn?.isEmpty !== false} onClick={() => void savePicture()}>
                Picture (PNG)
              </Menu.Item>
              <Menu.Item onClick={saveTable}>Table (CSV)</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </div>
      <div className="chart-room" ref={room}>
        {drawn !== undefined ? (
          isTable ? (
            <ChartTable label={title} of={drawn.table} />
          ) : drawn.isEmpty ? (
            <p className="chart-nothing">Nothing in this range.</p>
          ) : (
            drawn.chart
          )
        ) : error !== null ? (
          <div className="chart-nothing" role="alert">
            <span className="tone-fail">
              <VisibleText text={asRefused(error).message} />
            </span>{' '}
            <button type="button" className="link" onClick={onAgain}>
              Try again
            </button>
          </div>
        ) : (
          <Bones label={title} />
        )}
      </div>
      <p className="chart-finding">
        {drawn !== undefined && !drawn.isEmpty && <VisibleText text={drawn.says ?? drawn.finding} />}
      </p>
    </section>
  )
}

/** Nothing for 200 ms, then the room it will take. */
function Bones({ label }: { label: string }) {
  const [isVisible, setVisible] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="chart-bones" aria-busy="true">
      <span className="sr-only" role="status">
        {label}: reading
      </span>
      {isVisible && <i className="bone" />}
    </div>
  )
}
