/** Every way a time is written in the console. All take the zone, so that a page never mixes two. */

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${kind}`
  let made = formats.get(key)
  if (made === undefined) {
    try {
      made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options })
    } catch {
      made = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options })
    }
    formats.set(key, made)
  }
  return made
}

export const clock = (at: number, zone: string): string =>
  format(zone, 'clock', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    at,
  )

export const milliseconds = (at: number, zone: string): string =>
  `${clock(at, zone)}.${String(((at % 1000) + 1000) % 1000).padStart(3, '0')}`

const dayKey = (at: number, zone: string) =>
  format(zone, 'key', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

const parts = (at: number, zone: string) => {
  const found = format(zone, 'parts', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
    .formatToParts(at)
    .map(({ type, value }) => [type, value] as const)
  return new Map(found)
}

/** The day before the time in a row: none for today. */
export function dayWords(at: number, now: number, zone: string): string {
  const key = dayKey(at, zone)
  if (key === dayKey(now, zone)) return ''
  if (key === dayKey(now - 86_400_000, zone)) return 'Yesterday'
  const then = parts(at, zone)
  const words = `${then.get('day')} ${then.get('month')}`
  return then.get('year') === parts(now, zone).get('year') ? words : `${words} ${then.get('year')}`
}

/** Fri 20 Nov 2026 */
export function fullDay(at: number, zone: string): string {
  const then = parts(at, zone)
  return `${then.get('weekday')} ${then.get('day')} ${then.get('month')} ${then.get('year')}`
}

const zoneName = (at: number, zone: string, timeZoneName: 'short' | 'longOffset') =>
  format(zone, timeZoneName, { timeZoneName })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value ?? zone

/** Seconds east of Greenwich, as +09:00. */
export const offset = (at: number, zone: string): string => {
  const name = zoneName(at, zone, 'longOffset').replace('GMT', '')
  return name === '' ? '+00:00' : name
}

/** Fri 20 Nov 2026 14:03:21.104 KST */
export const exact = (at: number, zone: string): string =>
  `${fullDay(at, zone)} ${milliseconds(at, zone)} ${zoneName(at, zone, 'short')}`

/** ISO 8601 with the zone's offset. */
export function isoWithOffset(at: number, zone: string): string {
  const shift = offset(at, zone)
  const sign = shift.startsWith('-') ? -1 : 1
  const [hours, minutes] = shift.slice(1).split(':').map(Number)
  const local = new Date(at + sign * ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000)
  return local.toISOString().replace('Z', shift)
}

/** Seoul, UTC+9 */
export function zoneWords(at: number, zone: string): string {
  const shift = offset(at, zone)
    .replace(/^([+-])0/, '$1')
    .replace(/:00$/, '')
  const city = zone.split('/').at(-1)!.replaceAll('_', ' ')
  return zone === 'UTC' || zone === 'Etc/UTC' ? 'UTC' : `${city}, UTC${shift}`
}

export function ago(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000)
  if (seconds < -4) return `in ${duration(-seconds)}`
  if (seconds < 5) return 'now'
  if (seconds < 60) return `${seconds}s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ago`
  return `${Math.floor(seconds / 86_400)}d ago`
}

const duration = (seconds: number) =>
  seconds < 60
    ? `${Math.round(seconds)}s`
    : seconds < 3600
      ? `${Math.floor(seconds / 60)}m`
      : `${Math.floor(seconds / 3600)}h`

/** A duration, with the same number of decimals so that a column lines up; an en dash when there is none yet. */
export function span(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 60) return `${seconds.toFixed(2)}s`
  if (seconds < 3600)
    return `${Math.floor(seconds / 60)}m ${String(Math.floor(seconds % 60)).padStart(2, '0')}s`
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)}h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`
  return `${count(Math.floor(seconds / 86_400))}d ${String(Math.floor((seconds % 86_400) / 3600)).padStart(2, '0')}h`
}

export const count = (number: number): string => number.toLocaleString('en')

/** 1 person, 3 people */
export const countOf = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`

/** What stands under the last row of a list that was read to its end: All 14 commands. */
export const allWords = (rows: number, one: string, many = `${one}s`): string =>
  rows === 0 ? `No other ${one}` : rows === 1 ? `The only ${one}` : `All ${count(rows)} ${many}`

/** 1024-based, one decimal. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(1)} ${units[unit]}`
}
