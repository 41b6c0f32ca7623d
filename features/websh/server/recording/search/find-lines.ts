import { ShownText } from './shown-text.ts'
import { fold } from './signature.ts'

const SNIPPET_CHARACTERS = 240

export interface FoundLine {
  /** Of the line within the segment. */
  readonly line: number
  readonly milliseconds: number
  readonly row: number
  readonly snippet: string
}

/**
 * The lines of one segment that hold a text, newest first.
 * @param needle folded
 * @param before only lines with a smaller number
 */
export function findLines(packed: Uint8Array, needle: string, before: number, limit: number): FoundLine[] {
  const shown = new ShownText(packed)
  const folded = fold(shown.text)
  // No line has a line feed in it, and between two there is one.
  if (!folded.includes(needle) || needle.includes('\n')) return []
  const wanted = linesWith(folded, needle, before).slice(-limit).toReversed()
  const starts = lineStarts(shown.text)
  const when = shown.when()
  return wanted.map(({ line, at }) => {
    // Without its letter case a letter may be two: then the place is another in the line as it stood, and only about there.
    const text = shown.text.slice(starts[line], starts[line + 1]! - 1)
    return { line, ...when[line]!, snippet: snippet(text, at, needle.length) }
  })
}

/** Numbers of lines that hold the needle, and where in the line it begins. */
function linesWith(folded: string, needle: string, before: number): { line: number; at: number }[] {
  const found: { line: number; at: number }[] = []
  let line = 0
  let start = 0
  for (let at = folded.indexOf(needle); at >= 0; at = folded.indexOf(needle, start)) {
    for (let end = folded.indexOf('\n', start); end >= 0 && end < at; end = folded.indexOf('\n', start)) {
      line++
      start = end + 1
    }
    if (line >= before) break
    found.push({ line, at: at - start })
    const end = folded.indexOf('\n', at)
    if (end < 0) break
    line++
    start = end + 1
  }
  return found
}

/** Where each line begins, and at last where one more would. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  starts.push(text.length + 1)
  return starts
}

function snippet(text: string, at: number, length: number): string {
  if (text.length <= SNIPPET_CHARACTERS) return text
  const from = Math.max(
    0,
    Math.min(at - Math.floor((SNIPPET_CHARACTERS - length) / 2), text.length - SNIPPET_CHARACTERS),
  )
  const to = from + SNIPPET_CHARACTERS
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}
