import type { UrlFilter } from './use-url-filter.ts'

/** Ranges that end now. The address keeps the preset, so that a shared link still means "the last hour". */
export const presets = [
  { value: '15m', label: 'Last 15 minutes', words: 'in the last 15 minutes', milliseconds: 15 * 60_000 },
  { value: '1h', label: 'Last hour', words: 'in the last hour', milliseconds: 3_600_000 },
  { value: '24h', label: 'Last 24 hours', words: 'in the last 24 hours', milliseconds: 86_400_000 },
  { value: '7d', label: 'Last 7 days', words: 'in the last 7 days', milliseconds: 7 * 86_400_000 },
  { value: '30d', label: 'Last 30 days', words: 'in the last 30 days', milliseconds: 30 * 86_400_000 },
] as const

export const presetOf = (value: string | undefined) => presets.find((preset) => preset.value === value)

export interface DateRange {
  readonly from?: string
  readonly to?: string
}

/** The range a page's address asks for. @param now milliseconds since 1970. */
export function rangeOf(filter: UrlFilter, now: number): DateRange {
  const preset = presetOf(filter['date'])
  if (preset !== undefined) return { from: new Date(now - preset.milliseconds).toISOString() }
  return {
    ...(isInstant(filter['from']) ? { from: filter['from'] } : {}),
    ...(isInstant(filter['to']) ? { to: filter['to'] } : {}),
  }
}

const isInstant = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
