import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { count } from '../../../../base/web/time.ts'

export interface TableRow {
  readonly key: string
  readonly cells: readonly (string | number)[]
  /** Shows the rows it counts. */
  readonly onPick?: () => void
}

export interface TableOf {
  readonly head: readonly string[]
  readonly rows: readonly TableRow[]
}

/** The numbers of a chart: what it draws, to be read. */
export function ChartTable({ label, of }: { label: string; of: TableOf }) {
  if (of.rows.length === 0) return <p className="chart-nothing">Nothing in this range.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="chart-table" tabIndex={0} aria-label={`${label}, as a table`}>
      <table>
        <thead>
          <tr>
            {of.head.map((head, place) => (
              <th key={head} scope="col" className={place === 0 ? undefined : 'end'}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.rows.map(({ key, cells, onPick }) => (
            <tr key={key}>
              <th scope="row">
                {onPick === undefined ? (
                  <VisibleText text={String(cells[0])} />
                ) : (
                  <button type="button" className="link" onClick={onPick}>
                    <VisibleText text={String(cells[0])} />
                  </button>
                )}
              </th>
              {cells.slice(1).map((cell, place) => (
                <td key={of.head[place + 1]} className="num end">
                  {typeof cell === 'number' ? count(cell) : <VisibleText text={cell} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
