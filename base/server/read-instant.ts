import pg from 'pg'

/** The driver's own, for what is seldom: another time zone, `infinity`, years of five digits or before Christ. */
const readAny: (text: string) => Date | number | null = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)

/** `2026-05-01 12:00:00+00`, with up to six digits of a second's fraction before the `+00`. */
const WHOLE_SECONDS_LENGTH = 22
const DOT = 46
const ZERO = 48

/**
 * Reads PostgreSQL's text of an instant, to the millisecond, as the driver does and four times as fast: a page of fifty
 * rows has some three hundred of them. Connections speak UTC.
 */
export function readInstant(text: string): Date | number | null {
  const { length } = text
  if (length < WHOLE_SECONDS_LENGTH || length > 29 || !text.endsWith('+00') || text.charCodeAt(4) !== 45)
    return readAny(text)
  const two = (at: number) => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * ZERO
  let milliseconds = 0
  if (text.charCodeAt(19) === DOT)
    for (let at = 20, worth = 100; at < length - 3 && at < 23; at++, worth /= 10)
      milliseconds += (text.charCodeAt(at) - ZERO) * worth
  const year = two(0) * 100 + two(2)
  // Date.UTC takes years below 100 for those of the last century.
  if (year < 100) return readAny(text)
  return new Date(Date.UTC(year, two(5) - 1, two(8), two(11), two(14), two(17), milliseconds))
}
