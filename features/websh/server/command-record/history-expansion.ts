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
