export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const

/** Requests by hour of the week, Monday 00:00 first: 168 numbers. */
export function hoursOfWeek(heat: readonly { weekday: number; hour: number; n: number }[]): number[] {
  const hours = new Array<number>(168).fill(0)
  for (const { weekday, hour, n } of heat) hours[(weekday - 1) * 24 + hour]! += n
  return hours
}

/** The four shades above nothing: quarters of the hours that had any, so that one peak does not pale the rest. */
export function shades(hours: readonly number[]): number[] {
  const some = hours.filter((n) => n > 0).sort((one, other) => one - other)
  const quarters = [0.25, 0.5, 0.75].map((part) => some[Math.floor(part * (some.length - 1))] ?? 0)
  const most = some.at(-1) ?? 0
  // Where all hours are alike there is no more and less to show.
  return hours.map((n) =>
    n === 0 ? 0 : n === most ? 4 : 1 + quarters.filter((quarter) => n > quarter).length,
  )
}

/** Friday 14:00 */
export const hourWords = (place: number): string =>
  `${weekdays[Math.floor(place / 24)]} ${String(place % 24).padStart(2, '0')}:00`
