import { fullDay, zoneWords } from '../time.ts'
import { useNow, useZone } from '../use-clock.ts'

/** The day and the zone that every time on a page is read in, said once. On a phone there is room for the zone alone. */
export function Today() {
  const zone = useZone()
  const now = useNow(60_000)
  return (
    <span className="today faint">
      <span className="today-day">Today is {fullDay(now, zone)}, </span>
      {zoneWords(now, zone)}
    </span>
  )
}
