/** A stretch of a recording, in milliseconds from its start. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Shorter silences are part of working. */
const IDLE_MILLISECONDS = 10_000

/** Where nothing was printed for long, from the bytes printed in equal stretches of the whole. */
export function idleStretches(activity: readonly number[], length: number): Stretch[] {
  const found: Stretch[] = []
  const width = length / Math.max(1, activity.length)
  let begin: number | null = null
  for (let index = 0; index <= activity.length; index++) {
    const isQuiet = index < activity.length && activity[index] === 0
    if (isQuiet) begin ??= index
    else if (begin !== null) {
      if ((index - begin) * width >= IDLE_MILLISECONDS) found.push({ from: begin * width, to: index * width })
      begin = null
    }
  }
  return found
}

/** Heights of the bars, 0 to 1: by the logarithm, or one flood would flatten all else. */
export function barHeights(activity: readonly number[]): number[] {
  const highest = Math.log1p(Math.max(0, ...activity))
  return activity.map((bytes) => (highest === 0 ? 0 : Math.log1p(bytes) / highest))
}

/** The first moment behind `at`, or before it; where there is none, undefined. */
export function neighbour(moments: readonly number[], at: number, direction: 1 | -1): number | undefined {
  // Where one stands on a moment already, the next one is meant.
  return direction === 1
    ? moments.find((moment) => moment > at + 1)
    : moments.findLast((moment) => moment < at - 1)
}

/** The time in an address: seconds, with a fraction. @returns milliseconds, 0 where it says none */
export function timeOf(text: string | undefined): number {
  const seconds = Number(text ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0
}
