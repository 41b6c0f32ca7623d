import { type CSSProperties, useEffect, useState } from 'react'
import { useTier } from '../use-clock.ts'
import type { Column } from './column.ts'
import { Head } from './Row.tsx'
import { asTable } from './roles.ts'
import { useColumns } from './use-columns.ts'

const widths = [74, 88, 62, 70, 58, 80, 48, 66]

/** What a list shows while it is first read: nothing for 200 ms, then its own shape. */
export function Skeleton<T>({
  name,
  label,
  columns,
}: {
  name: string
  label: string
  columns: readonly Column<T>[]
}) {
  const tier = useTier()
  const shown = useColumns(name, columns, tier)
  const phone = tier === 'phone'
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), 200)
    return () => clearTimeout(timer)
  }, [])
  const style = { '--cols': `20px ${shown.map(({ width }) => width).join(' ')}` } as CSSProperties
  return (
    <div className={phone ? 'table phone' : 'table'} style={style} aria-busy="true">
      <span className="sr-only" role="status">
        {label}: reading
      </span>
      {!phone && (
        <div {...asTable(label)}>
          <Head columns={shown} />
        </div>
      )}
      {visible &&
        Array.from({ length: 22 }, (_, line) => (
          <div key={line} className="row" style={{ opacity: 1 - line * 0.042 }} aria-hidden="true">
            <span />
            {(phone ? shown.slice(0, 1) : shown).map((column, index) => (
              <span key={column.id} className={column.end ? 'end' : undefined}>
                <i
                  className="bone"
                  style={{ width: `${column.end ? 100 : widths[(line * 3 + index) % widths.length]}%` }}
                />
              </span>
            ))}
          </div>
        ))}
    </div>
  )
}
