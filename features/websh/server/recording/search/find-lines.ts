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
  if (!fold(shown.text).includes(needle)) return []
  const lines = shown.lines()
  const found: FoundLine[] = []
  for (let line = Math.min(before, lines.length) - 1; line >= 0 && found.length < limit; line--) {
    const { text, milliseconds, row } = lines[line]!
    const at = fold(text).indexOf(needle)
    if (at >= 0) found.push({ line, milliseconds, row, snippet: snippet(text, at, needle.length) })
  }
  return found
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
