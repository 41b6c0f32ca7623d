import { ChartCursor } from './ChartCursor.tsx'
import { counted } from './finding.ts'
import { hourWords, shades, weekdays } from './heat.ts'

interface Props {
  /** Requests by hour of the week, Monday 00:00 first. */
  readonly hours: readonly number[]
  readonly finding: string
  readonly at: number | null
  readonly onAt: (place: number | null) => void
  readonly selected: number | undefined
  readonly onPick: (place: number) => void
}

export const hourSays = (hours: readonly number[], place: number): string =>
  `${hourWords(place)}, ${counted(hours[place] ?? 0, 'request')}`

/** Weekday by hour. */
export function HeatMap({ hours, finding, at, onAt, selected, onPick }: Props) {
  const steps = shades(hours)
  return (
    <div className="heat">
      <div role="img" aria-label={finding} className="heat-drawn">
        {weekdays.map((day, row) => (
          <div key={day} className="heat-row">
            <span>{day.slice(0, 3)}</span>
            {steps.slice(row * 24, row * 24 + 24).map((step, hour) => {
              const place = row * 24 + hour
              return (
                <i
                  key={place}
                  data-step={step}
                  className={place === selected ? 'selected' : place === at ? 'here' : undefined}
                />
              )
            })}
          </div>
        ))}
        <div className="heat-row heat-hours">
          <span />
          {hours.slice(0, 24).map((_, hour) => (
            <span key={hour}>{hour % 3 === 0 ? String(hour).padStart(2, '0') : ''}</span>
          ))}
        </div>
      </div>
      <ChartCursor
        label="Hours of the week"
        count={168}
        at={at}
        onAt={onAt}
        wordsOf={(place) => hourSays(hours, place)}
        placeAt={(x, y) => Math.floor(y * 7) * 24 + Math.floor(x * 24)}
        onPick={onPick}
        stepUp={24}
      />
    </div>
  )
}

export function HeatLegend() {
  return (
    <span className="chart-legend heat-legend">
      Fewer
      {[0, 1, 2, 3, 4].map((step) => (
        <i key={step} data-step={step} />
      ))}
      More
    </span>
  )
}
