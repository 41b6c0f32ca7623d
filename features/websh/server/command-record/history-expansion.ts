import type { View } from './screen.ts'
import { wholeLine } from './screen-line.ts'
import { isIncomplete } from './shell-syntax.ts'

/** More rows than any command that is called back should have. */
const MOST_ROWS = 50

/** What bash and zsh replace by an older command: `!!`, `!ls`, `!$`, `^old^new`. */
const DESIGNATOR =
  /!(?:!|-?\d+|[$^*]|#|(?=:[\d$^*])|\?[^?\n]+\??|[A-Za-z_./~][^\s:;|&"'()<>]*)(?::(?:[\d^$*-]+|g?s\/[^/]*\/[^/]*\/?|[a-z]))*/g

/** @returns a pattern of what the line becomes, or undefined when there is nothing in it to replace. */
function expansionOf(line: string): RegExp | undefined {
  if (/^\^[^^\n]+\^/.test(line)) return /^[\s\S]+$/
  let pattern = ''
  let from = 0
  let has = false
  const isQuoted = singleQuoted(line)
  for (const found of line.matchAll(DESIGNATOR)) {
    const at = found.index
    if (isQuoted(at) || line[at - 1] === '\\' || line[at - 1] === '$') continue
    pattern += `${escaped(line.slice(from, at))}[\\s\\S]*`
    from = at + found[0].length
    has = true
  }
  return has ? new RegExp(`^${pattern}${escaped(line.slice(from).trimEnd())}$`) : undefined
}

export const mayExpand = (line: string): boolean => line.length < 4000 && expansionOf(line) !== undefined

/**
 * @param shown the row a shell prints under a line it replaced something in.
 * @returns what ran: the row; the line itself when the row is not what it would become; undefined when the shell did not find the
 * older command and ran nothing.
 */
export function expanded(line: string, shown: string): string | undefined {
  if (
    /event not found|bad word specifier|substitution failed|unrecognized history modifier|no such event/.test(
      shown,
    )
  ) {
    return undefined
  }
  // With `:p` it is shown and not run.
  if (/(^|\s)!\S*:p(\s|$)/.test(line)) return undefined
  return expansionOf(line)?.test(shown.trimEnd()) ? shown.trimEnd() : line
}

/** Rows a prompt may have above its last. */
const MOST_PROMPT_ROWS = 4

/**
 * Whether the shell, asked to show first what it puts in (histverify, HIST_VERIFY), has put it behind a new prompt to be
 * edited, and ran nothing.
 * @param tail of the prompt. @param start the row the line began on. @param end the row it ended on.
 */
export function isToBeVerified(
  screen: View,
  line: string,
  { tail, start, end }: { readonly tail: string; readonly start: number; readonly end: number },
): boolean {
  const pattern = expansionOf(line)
  if (pattern === undefined || tail.trim() === '') return false
  for (let above = 0; above < MOST_PROMPT_ROWS; above++) {
    const row = end + 1 + above
    if (row > screen.cursor.row) return false
    const shown = `${wholeLine(screen, row)} `
    if (shown.startsWith(tail)) {
      const text = shown.slice(tail.length).trimEnd()
      return text !== '' && pattern.test(text) && isSamePrompt(screen, start - above, end + 1, above)
    }
  }
  return false
}

/** Whether so many rows from the one on read as those from the other: the rows of a prompt above its last; a time in it may go on. */
function isSamePrompt(screen: View, first: number, second: number, rows: number): boolean {
  const shape = (row: number) => wholeLine(screen, row).replace(/\d+/g, '0')
  for (let row = 0; row < rows; row++) if (shape(first + row) !== shape(second + row)) return false
  return first >= 0
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function singleQuoted(line: string): (at: number) => boolean {
  const inside = new Set<number>()
  let isDouble = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === '"') isDouble = !isDouble
    else if (line[at] === "'" && !isDouble) {
      const end = line.indexOf("'", at + 1)
      for (let inner = at; inner < (end < 0 ? at : end); inner++) inside.add(inner)
      if (end >= 0) at = end
    }
  }
  return (at) => inside.has(at)
}

/**
 * The command that is printed from this row on, over as many lines as it has.
 * @returns undefined while the cursor is still on the row it would go on with.
 */
export function commandFrom(screen: View, start: number): string | undefined {
  let text = ''
  let row = start
  for (let count = 0; count < MOST_ROWS; count++) {
    if (row >= screen.cursor.row) return undefined
    text += (count === 0 ? '' : '\n') + wholeLine(screen, row)
    if (!isIncomplete(text)) break
    row++
    while (screen.isWrapped(row)) row++
  }
  return text
}
