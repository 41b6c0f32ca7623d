import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { hourWords } from './heat.ts'
import { rangeWords } from './ranges.ts'

/** What was clicked in a chart, so that the rows under it are those it counts. */
export type Selection =
  | { readonly kind: 'time'; readonly from: number; readonly to: number; readonly signIns: boolean }
  /** An hour of the week, Monday 00:00 is 0. */
  | { readonly kind: 'hour'; readonly place: number }

export const noSelection: UrlFilter = { slot: undefined, hour: undefined, only: undefined }

export const asUrl = (selection: Selection): UrlFilter =>
  selection.kind === 'hour'
    ? { ...noSelection, hour: String(selection.place) }
    : {
        ...noSelection,
        slot: [selection.from, selection.to].map((at) => new Date(at).toISOString()).join('~'),
        ...(selection.signIns ? { only: 'sign-ins' } : {}),
      }

export function selectionOf(url: UrlFilter): Selection | undefined {
  const place = Number(url['hour'] ?? Number.NaN)
  if (Number.isInteger(place) && place >= 0 && place < 168) return { kind: 'hour', place }
  const [from, to] = (url['slot'] ?? '').split('~').map(Date.parse)
  if (from === undefined || to === undefined || !(from < to)) return undefined
  return { kind: 'time', from, to, signIns: url['only'] === 'sign-ins' }
}

export function selectionWords(selection: Selection, zone: string): string {
  if (selection.kind === 'time')
    return `${selection.signIns ? 'Sign-ins of ' : ''}${rangeWords(selection.from, selection.to, zone)}`
  const hour = (selection.place + 1) % 24
  return `${hourWords(selection.place)} to ${String(hour === 0 ? 24 : hour).padStart(2, '0')}:00`
}
