import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { ChartCursor } from './ChartCursor.tsx'
import { counted } from './finding.ts'
import type { Point } from './points.ts'
import { rangeWords } from './ranges.ts'
import { shortCount } from './short-count.ts'
import { ticksOf } from './ticks.ts'

/** Room around the drawn area, in pixels: the cursor lies over exactly that area. */
const room = { top: 8, right: 4, bottom: 22, left: 40 }

interface Props {
  readonly label: string
  readonly noun: string
  readonly points: readonly Point[]
  readonly zone: string
  readonly finding: string
  readonly at: number | null
  readonly onAt: (place: number | null) => void
  readonly selected: { readonly from: number; readonly to: number } | undefined
  readonly onPick: (point: Point) => void
  readonly onNarrow: (from: number, to: number) => void
  /** Moments marked under the axis. */
  readonly marks?: readonly number[]
}

export const pointSays = (point: Point, zone: string, noun: string): string =>
  `${rangeWords(point.from, point.to, zone)}: ${counted(point.succeeded + point.failed, noun)}, ${
    point.failed === 0 ? 'none' : point.failed.toLocaleString('en')
  } failed`

/** Stacked bars over time: what failed on top of what succeeded. */
export function TimeChart(props: Props) {
  const { label, noun, points, zone, finding, at, onAt, selected, onPick, onNarrow, marks = [] } = props
  const box = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const [from, to] = [points[0]?.from ?? 0, points.at(-1)?.to ?? 1]

  // A chart is drawn anew where what it shows is another, and not where its numbers came again unchanged.
  const key = JSON.stringify(points)
  const data = useMemo((): uPlot.AlignedData => {
    const drawn = JSON.parse(key) as Point[]
    return [
      drawn.map((point) => (point.from + point.to) / 2000),
      drawn.map(({ succeeded, failed }) => succeeded + failed),
      drawn.map(({ succeeded }) => succeeded),
    ]
  }, [key])

  useEffect(() => {
    const place = box.current!
    const style = getComputedStyle(document.documentElement)
    const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
    const font = `11px ${style.getPropertyValue('--font-ui').trim()}`
    const bars = uPlot.paths.bars!({ size: [0.76, 14], radius: 0.1 })
    const axis = { stroke: token('text-3'), font, ticks: { show: false }, border: { show: false } }
    const range = (): [number, number] => [from / 1000, to / 1000]
    const size = () => ({ width: Math.max(120, place.clientWidth), height: place.clientHeight })
    const drawn = () => ticksOf(from, to, zone, Math.floor((place.clientWidth - room.left) / 62))
    const plot = new uPlot(
      {
        ...size(),
        padding: [room.top, room.right, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { range },
          y: { range: (_plot, _least, most) => [0, Math.max(most, 1) * 1.06] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: room.bottom,
            gap: 5,
            splits: () => drawn().map((tick) => tick.at / 1000),
            values: () => drawn().map((tick) => tick.label),
          },
          {
            ...axis,
            grid: { stroke: token('line'), width: 1 },
            size: room.left,
            gap: 6,
            splits: (_plot, _axis, _least, most) => {
              const top = Math.round(most / 1.06)
              return top < 2 ? [0, top] : [0, Math.round(top / 2), top]
            },
            values: (_plot, values) => values.map(shortCount),
          },
        ],
        series: [
          {},
          { fill: token('fail'), width: 0, paths: bars, points: { show: false } },
          { fill: token('heat-3'), width: 0, paths: bars, points: { show: false } },
        ],
      },
      data,
      place,
    )
    const resized = new ResizeObserver(() => plot.setSize(size()))
    resized.observe(place)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [data, from, to, zone, scheme])

  const share = (moment: number) => (100 * (moment - from)) / (to - from)
  const band = (start: number, end: number) => {
    const [left, right] = [Math.max(0, share(start)), Math.min(100, share(end))]
    return { insetInlineStart: `${left}%`, width: `${Math.max(0, right - left)}%` }
  }
  const here = at === null ? undefined : points[at]
  return (
    <div className="time-chart">
      <div ref={box} role="img" aria-label={finding} className="time-drawn" />
      <div
        className="time-over"
        style={{ inset: `${room.top}px ${room.right}px ${room.bottom}px ${room.left}px` }}
      >
        {selected !== undefined && selected.from < to && selected.to > from && (
          <i className="chart-selected" style={band(selected.from, selected.to)} />
        )}
        {here !== undefined && <i className="chart-here" style={band(here.from, here.to)} />}
        {marks
          .filter((mark) => mark >= from && mark < to)
          .map((mark) => (
            <i key={mark} className="chart-mark" style={{ insetInlineStart: `${share(mark)}%` }} />
          ))}
        <ChartCursor
          label={label}
          count={points.length}
          at={at}
          onAt={onAt}
          wordsOf={(place) => {
            const point = points[place]
            return point === undefined ? finding : pointSays(point, zone, noun)
          }}
          placeAt={(x) => {
            const moment = from + x * (to - from)
            return Math.max(
              0,
              points.findIndex((point) => point.to > moment),
            )
          }}
          onPick={(place) => points[place] && onPick(points[place])}
          onDrag={(first, last) => onNarrow(points[first]!.from, points[last]!.to)}
        />
      </div>
    </div>
  )
}
