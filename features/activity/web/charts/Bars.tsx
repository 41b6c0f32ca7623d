import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { count } from '../../../../base/web/time.ts'
import { counted, type Item } from './finding.ts'
import type { Shown } from './shown-items.ts'

interface Props {
  readonly shown: Shown
  readonly finding: string
  readonly at: number | null
  readonly onAt: (place: number | null) => void
  readonly selected: string | undefined
  readonly onPick: (item: Item) => void
}

export const itemSays = ({ name, succeeded, failed }: Omit<Item, 'key'>): string =>
  `${name}: ${counted(succeeded + failed, 'request')}, ${failed === 0 ? 'none' : count(failed)} failed`

/** Bars by category, each a button over its drawn bar. */
export function Bars({ shown, finding, at, onAt, selected, onPick }: Props) {
  const { items, others } = shown
  // All others together have no bar: it could be the longest, and is no one of them.
  const widest = Math.max(1, ...items.map(({ succeeded, failed }) => succeeded + failed))
  const width = (n: number) => `${Math.min(100, (100 * n) / widest)}%`
  return (
    <div className="bars">
      <div role="img" aria-label={finding} className="bars-drawn">
        {items.map(({ key, name, succeeded, failed }, place) => (
          <div
            key={key}
            className={`bar-row${key === selected ? ' selected' : ''}${place === at ? ' here' : ''}`}
          >
            <VisibleText text={name} className="clip" />
            <span className="bar-room">
              <i className="bar-done" style={{ width: width(succeeded) }} />
              <i className="bar-failed" style={{ width: width(failed) }} />
            </span>
            <span className="num">{count(succeeded + failed)}</span>
          </div>
        ))}
        {others !== null && (
          <div className="bar-row bar-others">
            <span className="clip">Others: {count(others.items)} more</span>
            <span className="bar-room" />
            <span className="num">{count(others.succeeded + others.failed)}</span>
          </div>
        )}
      </div>
      <div className="bars-over">
        {items.map((item, place) => (
          <button
            key={item.key}
            type="button"
            aria-pressed={item.key === selected}
            aria-label={itemSays(item)}
            title={itemSays(item)}
            onClick={() => onPick(item)}
            onFocus={() => onAt(place)}
            onBlur={() => onAt(null)}
            onPointerEnter={() => onAt(place)}
            onPointerLeave={() => onAt(null)}
          />
        ))}
      </div>
    </div>
  )
}
