import { useState } from 'react'
import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { zoneWords } from '../../../../base/web/time.ts'
import { useTier } from '../../../../base/web/use-clock.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import { Bars, itemSays } from './Bars.tsx'
import { ChartCard } from './ChartCard.tsx'
import { heatFinding, type Item, itemsFinding, signInFinding, timeFinding } from './finding.ts'
import { HeatLegend, HeatMap, hourSays } from './HeatMap.tsx'
import { hoursOfWeek, hourWords } from './heat.ts'
import { everyPoint, type Point } from './points.ts'
import { type Range, rangeWords } from './ranges.ts'
import { asUrl, noSelection, type Selection } from './selection.ts'
import { shownItems } from './shown-items.ts'
import { pointSays, TimeChart } from './TimeChart.tsx'
import { type SeriesAsk, useSeries } from './use-series.ts'
import './charts.css'

interface Props {
  readonly range: Range
  readonly zone: string
  readonly filter: UrlFilter
  readonly change: (change: UrlFilter) => void
  readonly selection: Selection | undefined
}

interface PartProps extends Props {
  readonly ask: SeriesAsk
  /** What a picture says of itself. */
  readonly about: string
}

const BARS = 8
/** Points that a wide and a narrow chart have room for. */
const [WIDE, NARROW] = [200, 60]

/** Six charts of the same range. Each obeys the filters of the others, and not its own: that is marked in it instead. */
export function Charts(props: Props) {
  const { range, zone, filter } = props
  const { workspace, role } = useViewer()
  const about = `${workspace.name} · ${range.words} · times in ${zoneWords(range.to, zone)}`
  const ask: SeriesAsk = {
    from: range.from,
    to: range.to,
    timeZone: zone,
    personId: filter['personId'],
    // A whole family of actions is not counted on its own.
    action: filter['action']?.endsWith('.') ? undefined : filter['action'],
  }
  const part = { ...props, about, ask }
  return (
    <div className="charts">
      <Times {...part} />
      <ItemBars {...part} by="action" title="By action" />
      {role !== 'member' && <ItemBars {...part} by="person" title="By person" />}
      <ItemBars {...part} by="server" title="By server" />
      <SignIns {...part} />
    </div>
  )
}

const pointRows = (points: readonly Point[], zone: string, pick: (point: Point) => void) =>
  points
    .filter(({ succeeded, failed }) => succeeded + failed > 0)
    .map((point) => ({
      key: String(point.from),
      cells: [rangeWords(point.from, point.to, zone), point.succeeded, point.failed],
      onPick: () => pick(point),
    }))

function useTimePicks({ change }: Props, signIns: boolean) {
  return {
    pick: ({ from, to }: Point) => change(asUrl({ kind: 'time', from, to, signIns })),
    narrow: (from: number, to: number) =>
      change({
        ...noSelection,
        date: undefined,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      }),
  }
}

/** By hour of the week and over time: two charts of one reading. */
function Times(props: PartProps) {
  const { ask, zone, about, selection, change } = props
  const { data, error, refetch } = useSeries('hour', ask)
  const [hour, setHour] = useState<number | null>(null)
  const [place, setPlace] = useState<number | null>(null)
  const { pick, narrow } = useTimePicks(props, false)
  const hours = hoursOfWeek(data?.heat ?? [])
  const isPhone = useTier() === 'phone'
  const points = data === undefined ? [] : everyPoint(data, zone, isPhone ? NARROW : WIDE)
  const isEmpty = data === undefined || data.total.succeeded + data.total.failed === 0
  const pickHour = (at: number) => change(asUrl({ kind: 'hour', place: at }))
  const heat = heatFinding(hours)
  const time = data === undefined ? '' : timeFinding(points, zone)
  const shared = { error, onAgain: () => void refetch(), about }
  const here = place === null ? undefined : points[place]
  return (
    <>
      <ChartCard
        {...shared}
        title="When people act"
        name="activity-by-hour-of-week"
        className="chart-heat"
        legend={<HeatLegend />}
        drawn={
          data && {
            finding: heat,
            says: hour === null ? undefined : hourSays(hours, hour),
            isEmpty,
            table: {
              head: ['Hour of the week', 'Requests'],
              rows: hours.flatMap((n, at) =>
                n === 0 ? [] : [{ key: String(at), cells: [hourWords(at), n], onPick: () => pickHour(at) }],
              ),
            },
            chart: (
              <HeatMap
                hours={hours}
                finding={heat}
                at={hour}
                onAt={setHour}
                selected={selection?.kind === 'hour' ? selection.place : undefined}
                onPick={pickHour}
              />
            ),
          }
        }
      />
      <ChartCard
        {...shared}
        title="Over time"
        name="activity-over-time"
        className="chart-time"
        legend={<Legend />}
        drawn={
          data && {
            finding: time,
            says: here && pointSays(here, zone, 'request'),
            isEmpty,
            table: {
              head: [`When (${zoneWords(props.range.to, zone)})`, 'Succeeded', 'Failed'],
              rows: pointRows(points, zone, pick),
            },
            chart: (
              <TimeChart
                label="Requests over time"
                noun="request"
                points={points}
                zone={zone}
                finding={time}
                at={place}
                onAt={setPlace}
                selected={selection?.kind === 'time' && !selection.signIns ? selection : undefined}
                onPick={pick}
                onNarrow={narrow}
              />
            ),
          }
        }
      />
    </>
  )
}

const filterOf = { action: 'action', person: 'personId', server: 'serverId' } as const
/** Requests of those who were not signed in are counted as nobody's. */
const NOBODY = '00000000-0000-0000-0000-000000000000'
const heads = { action: 'Action', person: 'Person', server: 'Server' } as const

function ItemBars(props: PartProps & { by: 'action' | 'person' | 'server'; title: string }) {
  const { by, title, ask, about, filter, change } = props
  const name = filterOf[by]
  const { data, error, refetch } = useSeries(by, {
    ...ask,
    ...(by === 'action' ? { action: undefined } : by === 'person' ? { personId: undefined } : {}),
  })
  const [place, setPlace] = useState<number | null>(null)
  const pick = ({ key }: Item) => change({ ...noSelection, [name]: filter[name] === key ? undefined : key })
  const items = (data?.items ?? []).map((item) =>
    by === 'person' && item.key === NOBODY ? { ...item, name: 'Not signed in' } : item,
  )
  const total = data === undefined ? 0 : data.total.succeeded + data.total.failed
  const shown = data && shownItems(items, data.others, BARS)
  const finding = data === undefined ? '' : itemsFinding(items, total)
  const here = place === null ? undefined : shown?.items[place]
  return (
    <ChartCard
      title={title}
      name={`activity-by-${by}`}
      className="chart-bars"
      error={error}
      onAgain={() => void refetch()}
      about={about}
      drawn={
        data &&
        shown && {
          finding,
          says: here && itemSays(here),
          isEmpty: items.length === 0,
          table: {
            head: [heads[by], 'Succeeded', 'Failed'],
            rows: [
              ...items.map((item) => ({
                key: item.key,
                cells: [item.name, item.succeeded, item.failed],
                onPick: () => pick(item),
              })),
              ...(data.others.items > 0
                ? [
                    {
                      key: 'others',
                      cells: [`Others: ${data.others.items} more`, data.others.succeeded, data.others.failed],
                    },
                  ]
                : []),
            ],
          },
          chart: (
            <Bars
              shown={shown}
              finding={finding}
              at={place}
              onAt={setPlace}
              selected={filter[name]}
              onPick={pick}
            />
          ),
        }
      }
    />
  )
}

function SignIns(props: PartProps) {
  const { ask, zone, about, selection } = props
  const { data, error, refetch } = useSeries('sign-in', { ...ask, action: undefined })
  const [place, setPlace] = useState<number | null>(null)
  const { pick, narrow } = useTimePicks(props, true)
  const points = data === undefined ? [] : everyPoint(data, zone, NARROW)
  const fresh = data?.newAddresses ?? []
  const finding = data === undefined ? '' : signInFinding(points, zone, fresh.length)
  const here = place === null ? undefined : points[place]
  const marksOf = (point: Point) =>
    fresh.filter(({ at }) => Date.parse(at) >= point.from && Date.parse(at) < point.to)
  const addressesSay = (point: Point) =>
    marksOf(point)
      .map(({ personName, address }) => `, new address ${address} of ${personName}`)
      .join('')
  const addressesOf = (key: string) =>
    points
      .filter(({ from }) => String(from) === key)
      .flatMap(marksOf)
      .map(({ personName, address }) => `${address} (${personName})`)
      .join(', ')
  return (
    <ChartCard
      title="Sign-ins"
      name="sign-ins"
      className="chart-sign-ins"
      legend={<Legend isShort={fresh.length > 0} />}
      error={error}
      onAgain={() => void refetch()}
      about={about}
      drawn={
        data && {
          finding,
          says: here && pointSays(here, zone, 'sign-in') + addressesSay(here),
          isEmpty: data.total.succeeded + data.total.failed === 0,
          table: {
            head: [
              `When (${zoneWords(props.range.to, zone)})`,
              'Succeeded',
              'Failed',
              ...(fresh.length > 0 ? ['New addresses'] : []),
            ],
            rows: pointRows(points, zone, pick).map((row) => ({
              ...row,
              cells: fresh.length === 0 ? row.cells : [...row.cells, addressesOf(row.key)],
            })),
          },
          chart: (
            <TimeChart
              label="Sign-ins over time"
              noun="sign-in"
              points={points}
              zone={zone}
              finding={finding}
              at={place}
              onAt={setPlace}
              selected={selection?.kind === 'time' && selection.signIns ? selection : undefined}
              onPick={pick}
              onNarrow={narrow}
              marks={fresh.map(({ at }) => Date.parse(at))}
            />
          ),
        }
      }
    />
  )
}

/** Where room is short the colour that needs no explanation is left out. */
function Legend({ isShort = false }: { isShort?: boolean }) {
  return (
    <span className="chart-legend">
      {!isShort && (
        <span>
          <i className="bar-done" /> succeeded
        </span>
      )}
      <span>
        <i className="bar-failed" /> failed
      </span>
      {isShort && (
        <span>
          <i className="mark-key" /> new IP
        </span>
      )}
    </span>
  )
}
