import { baseFaults } from '../../../base/common/fault.ts'

const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR
const WIDTHS = { minute: 60_000, hour: HOUR, day: 24 * HOUR }

const monthOf = (at: number) => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** What clocks of a zone show, by arithmetic: its offsets are looked up once for a range, not for each moment in it. */
export class ZoneClock {
  readonly #starts: number[] = []
  readonly #offsets: number[] = []

  /** @param from and `to` milliseconds since 1970; moments a month around them are right as well */
  constructor(timeZone: string, from: number, to: number) {
    const offsetAt = offsets(timeZone)
    const end = to + 5 * WEEK
    let [at, offset] = [from - 5 * WEEK, offsetAt(from - 5 * WEEK)]
    this.#starts.push(Number.NEGATIVE_INFINITY)
    this.#offsets.push(offset)
    for (; at < end; at += WEEK) {
      const next = offsetAt(at + WEEK)
      if (next === offset) continue
      let [before, after] = [at, at + WEEK]
      while (after - before > 60_000) {
        const middle = Math.floor((before + after) / 120_000) * 60_000
        if (middle <= before || middle >= after) break
        if (offsetAt(middle) === offset) before = middle
        else after = middle
      }
      this.#starts.push(after)
      this.#offsets.push(next)
      offset = next
    }
  }

  /** Milliseconds that the zone's clocks are ahead of UTC. */
  offset(at: number): number {
    let place = this.#starts.length - 1
    while (this.#starts[place]! > at) place--
    return this.#offsets[place]!
  }

  /** When the minute, hour, day or month begins that a moment lies in. */
  start(at: number, bucket: 'minute' | 'hour' | 'day' | 'month'): number {
    const offset = this.offset(at)
    const local = at + offset
    const start = bucket === 'month' ? monthOf(local) : Math.floor(local / WIDTHS[bucket]) * WIDTHS[bucket]
    // A day of a change of clocks begins with another offset than it ends.
    return bucket === 'minute' || bucket === 'hour' ? start - offset : start - this.offset(start - offset)
  }
}

function offsets(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const { year, month, day, hour, minute, second } = parts as Record<string, number>
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(at / 1000) * 1000
  }
}

/** @throws Fault where there is no such zone */
export function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw baseFaults['request.invalid']('timeZone: name one as Europe/Berlin or UTC')
  }
}
