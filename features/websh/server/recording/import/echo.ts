/**
 * How much of a typed text appeared on the cursor's line: the longest part of it, in order, that is in what is new there.
 * What stood there before does not count, so that a prompt is never taken for an echo.
 * @returns 0 to 1
 */
export function echoedShare(typed: string, before: string, now: string): number {
  if (typed === '') return 1
  let same = 0
  while (same < before.length && same < now.length && before[same] === now[same]) same++
  let tail = 0
  while (
    tail < before.length - same &&
    tail < now.length - same &&
    before[before.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail++
  const appeared = now.slice(same, now.length - tail)
  if (appeared === '') return 0
  if (appeared.includes(typed)) return 1
  // A long text holds the letters of any short one somewhere.
  if (appeared.length > typed.length * 1.5 + SLACK) return 0
  return (
    longestCommon(typed.slice(0, TEXT_MAX), appeared.slice(0, TEXT_MAX)) / Math.min(typed.length, TEXT_MAX)
  )
}

const TEXT_MAX = 1000
/** Characters that completion may add to a short text. */
const SLACK = 8

/** Length of the longest sequence that is in both, in order. */
function longestCommon(first: string, second: string): number {
  let row = new Uint16Array(second.length + 1)
  for (const character of first) {
    const next = new Uint16Array(second.length + 1)
    for (let at = 1; at <= second.length; at++)
      next[at] = second[at - 1] === character ? row[at - 1]! + 1 : Math.max(row[at]!, next[at - 1]!)
    row = next
  }
  return row[second.length]!
}
