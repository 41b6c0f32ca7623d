import { type Slices, type SliceWidths, slicesBetween } from './time-slices.ts'

/** How many rows each step of the walk looks into. */
const WALK_STEPS = [1_000, 4_000] as const
/** A stretch of time is read for what should be in it and some more: chance must not make it two. */
const SURPLUS = 1.2
const SURPLUS_ROWS = 3
/** So few hits of all times are fetched at once: to divide the time costs more. */
const HITS_UNDIVIDED = 500
/** Where nothing was met yet, the next stretch is as long as if one had been. */
const FOUND_MIN = 1

/** For `ilike`: whatever holds the text. */
export const containingPattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Rows of which the newest that contain a text are wanted; a place is where one stands, newest first. */
export interface TextAsk<Row, Place> {
  readonly wanted: number
  /** Newest first is from here on; only places below it. */
  readonly before: Place | undefined
  /** Milliseconds since 1970; what is older is not asked for. */
  readonly notBefore: number
  /** Of the oldest row there was lately; milliseconds since 1970. */
  readonly oldestAt: number
  /** Of the slices of time that the index of substrings knows; undefined where it knows none. */
  readonly widths: SliceWidths | undefined
  /** The index of substrings has a column for everything that the rows are narrowed by. */
  readonly isIndexed: boolean
  readonly timeOf: (place: Place) => number
  /** The place that has all rows from these milliseconds on at or above it, and no others. */
  readonly placeAt: (milliseconds: number) => Place
  /** Looks into the newest `rows` below a place. @returns hits, at most `wanted`, and the places of the first and the last row looked into; none when there were fewer rows */
  readonly walk: (before: Place | undefined, rows: number, wanted: number) => Promise<Walked<Row, Place>>
  /** Asks the index of substrings, newest first. */
  readonly find: (within: Within<Place>) => Promise<Row[]>
}

export interface Walked<Row, Place> {
  readonly hits: readonly Row[]
  readonly first?: Place | undefined
  readonly last?: Place | undefined
}

export interface Within<Place> {
  readonly before: Place
  /** Only these; all times where undefined. */
  readonly slices: Slices | undefined
  /** There should be few hits of all times. */
  readonly isFew: boolean
  readonly wanted: number
}

/**
 * The newest rows that contain a text. Common text is met by walking the newest rows. What is not is looked for in the index of
 * substrings, one stretch of time after another: asked for all times at once, the index gives every hit there is, oldest first, and
 * ten thousand rows would be fetched to show fifty. How many were met on the way says how long a stretch to ask for.
 */
export async function newestContaining<Row, Place extends string | object>(
  ask: TextAsk<Row, Place>,
): Promise<Row[]> {
  const { wanted, notBefore, oldestAt, widths, isIndexed, timeOf, placeAt, find } = ask
  const { found, first, last } = await walk(ask)
  if (first === undefined || last === undefined) return found

  for (let before = last; ; ) {
    const to = timeOf(before)
    const since = Math.max(notBefore, oldestAt)
    const perMillisecond = Math.max(found.length, FOUND_MIN) / Math.max(1, timeOf(first) - to)
    const stretch = (SURPLUS * (wanted - found.length) + SURPLUS_ROWS) / perMillisecond
    const isFew = isIndexed && perMillisecond * (to - oldestAt) < HITS_UNDIVIDED
    const divided = to > since && !isFew ? widths : undefined
    const slices = divided && slicesBetween(divided, Math.max(notBefore, to - stretch), to)
    found.push(...(await find({ before, slices, isFew, wanted: wanted - found.length })))
    if (found.length === wanted || slices === undefined || slices.from <= notBefore) return found
    before = placeAt(slices.from)
  }
}

async function walk<Row, Place extends string | object>(
  ask: TextAsk<Row, Place>,
): Promise<{ found: Row[]; first?: Place; last?: Place }> {
  const { wanted, notBefore, oldestAt, timeOf } = ask
  const found: Row[] = []
  let first: Place | undefined
  let last = ask.before
  let walked = 0
  for (const step of WALK_STEPS) {
    if (first !== undefined && last !== undefined) {
      const expected = (found.length * step) / walked
      const since = Math.max(notBefore, oldestAt)
      const left = (walked * (timeOf(last) - since)) / Math.max(1, timeOf(first) - timeOf(last))
      if (expected < wanted - found.length && left > step) break
    }
    const looked = await ask.walk(last, step, wanted - found.length)
    found.push(...looked.hits)
    if (found.length === wanted || looked.first === undefined || looked.last === undefined) return { found }
    first ??= looked.first
    last = looked.last
    walked += step
  }
  return { found, first: first!, last: last! }
}
