import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'

interface Props {
  /** Names what is moved through: "Hours of the week". */
  readonly label: string
  readonly count: number
  readonly at: number | null
  readonly onAt: (place: number | null) => void
  readonly wordsOf: (place: number) => string
  /** What stands at a point of the chart, both from 0 to 1. */
  readonly placeAt: (x: number, y: number) => number
  readonly onPick: (place: number) => void
  /** Two places between which a pointer was dragged. */
  readonly onDrag?: (first: number, last: number) => void
  /** How far up and down go. */
  readonly stepUp?: number
}

const DRAG_PIXELS = 6

/** Lies over a drawn chart: moves through it by pointer and keyboard, and picks what stands there. */
export function ChartCursor(props: Props) {
  const { label, count, at, onAt, wordsOf, placeAt, onPick, onDrag, stepUp = 1 } = props
  const start = useRef<{ x: number; place: number } | null>(null)
  const [dragged, setDragged] = useState<readonly [number, number] | null>(null)
  const placeOf = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const within = (part: number) => Math.min(0.9999, Math.max(0, part))
    return placeAt(
      within((event.clientX - box.left) / box.width),
      within((event.clientY - box.top) / box.height),
    )
  }
  const part = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
  }
  const press = (event: KeyboardEvent) => {
    const from = at ?? 0
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -stepUp, ArrowDown: stepUp }[event.key]
    const next =
      by !== undefined
        ? at === null
          ? 0
          : from + by
        : event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? count - 1
            : undefined
    if (next !== undefined) {
      if (next >= 0 && next < count) onAt(next)
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (at !== null) onPick(at)
    } else return
    // The list under the charts answers the same keys where nobody did before.
    event.preventDefault()
  }
  return (
    <div
      className="chart-cursor"
      role="slider"
      tabIndex={0}
      aria-label={`${label}; Enter shows the rows`}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, count)}
      aria-valuenow={(at ?? 0) + 1}
      aria-valuetext={wordsOf(at ?? 0)}
      onKeyDown={press}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && at === null && onAt(0)}
      onBlur={() => onAt(null)}
      onPointerLeave={() => start.current === null && onAt(null)}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        start.current = { x: part(event), place: placeOf(event) }
        if (onDrag) event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        onAt(placeOf(event))
        const width = event.currentTarget.clientWidth
        if (onDrag && start.current && Math.abs(part(event) - start.current.x) * width > DRAG_PIXELS)
          setDragged([start.current.x, part(event)])
      }}
      onPointerUp={(event) => {
        const [begun, end] = [start.current, placeOf(event)]
        start.current = null
        setDragged(null)
        if (begun === null) return
        if (onDrag && dragged !== null) onDrag(Math.min(begun.place, end), Math.max(begun.place, end))
        else onPick(end)
      }}
      onPointerCancel={() => {
        start.current = null
        setDragged(null)
      }}
    >
      {dragged !== null && (
        <i
          className="chart-dragged"
          style={{
            insetInlineStart: `${100 * Math.min(...dragged)}%`,
            width: `${100 * Math.abs(dragged[1] - dragged[0])}%`,
          }}
        />
      )}
    </div>
  )
}
