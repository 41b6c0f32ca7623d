import { count, fullDay } from '../../../../base/web/time.ts'
import { hourWords } from './heat.ts'
import type { Point } from './points.ts'
import { rangeWords } from './ranges.ts'

/** 1 request, 2,749 requests */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`

const nothing = 'Nothing in this range.'
const share = (n: number, of: number) =>
  n === of ? 'all of them' : n / of < 0.01 ? 'less than 1 %' : `${Math.min(99, Math.round((100 * n) / of))} %`

/** on Fri 20 Nov 2026, from Mon 16 Nov 2026 to Sun 22 Nov 2026 */
function onWords({ from, to }: Point, zone: string): string {
  const words = rangeWords(from, to, zone)
  return fullDay(from, zone) === fullDay(to - 1, zone) ? `on ${words}` : `from ${words}`
}

/** The place of the largest number, the first of equals; undefined where all are nothing. */
function most(numbers: readonly number[]): number | undefined {
  const top = Math.max(0, ...numbers)
  return top === 0 ? undefined : numbers.indexOf(top)
}

export function heatFinding(hours: readonly number[]): string {
  const place = most(hours)
  if (place === undefined) return nothing
  const total = hours.reduce((sum, n) => sum + n, 0)
  const n = hours[place]!
  const equals = hours.filter((other) => other === n).length - 1
  const also = equals === 0 ? '' : ` The same in ${counted(equals, 'other hour')}.`
  return `Most on ${hourWords(place)}: ${count(n)} of ${counted(total, 'request')}, ${share(n, total)}.${also}`
}

export function timeFinding(points: readonly Point[], zone: string): string {
  const totals = points.map(({ succeeded, failed }) => succeeded + failed)
  const place = most(totals)
  if (place === undefined) return nothing
  const total = totals.reduce((sum, n) => sum + n, 0)
  const failed = points.reduce((sum, point) => sum + point.failed, 0)
  const head = `${counted(total, 'request')}, ${failed === 0 ? 'none' : count(failed)} refused or failed.`
  return `${head} Most ${onWords(points[place]!, zone)}: ${count(totals[place]!)}.`
}

export function signInFinding(points: readonly Point[], zone: string, newAddresses: number): string {
  const succeeded = points.reduce((sum, point) => sum + point.succeeded, 0)
  const failed = points.reduce((sum, point) => sum + point.failed, 0)
  const place = most(points.map((point) => point.failed))
  if (succeeded + failed === 0) return 'Nobody signed in or tried to.'
  const worst =
    place === undefined
      ? ''
      : ` Most failed ${onWords(points[place]!, zone)}: ${count(points[place]!.failed)}.`
  const addresses = newAddresses === 0 ? '' : ` ${counted(newAddresses, 'new address', 'new addresses')}.`
  return `${count(succeeded)} succeeded, ${count(failed)} failed.${worst}${addresses}`
}

export interface Item {
  readonly key: string
  readonly name: string
  readonly succeeded: number
  readonly failed: number
}

export function itemsFinding(items: readonly Item[], total: number): string {
  const [first] = items
  if (first === undefined || total === 0) return nothing
  const n = first.succeeded + first.failed
  return `${first.name} has most: ${count(n)} of ${count(total)}, ${share(n, total)}.`
}
