import type { Position, View } from './screen.ts'

/** What stood at the right of the prompt's row before anything was typed. */
export interface RightPrompt {
  readonly col: number
  readonly text: string
}

const blank = (text: string): boolean => text.trim() === ''
const shape = (text: string): string => text.trim().replace(/\d+/g, '0')

/** What stands before the position, from where its line begins. */
export function tailBefore(screen: View, { row, col }: Position): string {
  let tail = ''
  for (let at = screen.lineStart(row); at < row; at++) tail += screen.text(at)
  return tail + screen.text(row, 0, col)
}

export function rightOf(screen: View, { row, col }: Position): RightPrompt | undefined {
  const rest = screen.text(row, col)
  if (blank(rest)) return undefined
  let at = col
  while (at < screen.cols && blank(screen.text(row, at, at + 1))) at++
  return { col: at, text: screen.text(row, at).trimEnd() }
}

/** The whole of the line that begins on this row, over the rows it is wrapped to. */
export function wholeLine(screen: View, start: number): string {
  let text = screen.text(start)
  for (let row = start + 1; row < screen.top + screen.rows && screen.isWrapped(row); row++)
    text += screen.text(row)
  return text.trimEnd()
}

/** Where in the line that begins on this row so many of its characters are over. */
export function positionAfter(screen: View, start: number, characters: number): Position {
  let left = characters
  let row = start
  for (;;) {
    for (let col = 0; col < screen.cols; col++) {
      if (left <= 0 && screen.width(row, col) > 0) return { row, col }
      if (screen.width(row, col) > 0) left -= screen.text(row, col, col + 1).length
    }
    if (left <= 0 && !screen.isWrapped(row + 1)) return { row, col: screen.cols }
    row++
    if (row >= screen.top + screen.rows) return { row: row - 1, col: screen.cols }
  }
}

/**
 * The text from a position to the end of a row. Rows the text ran over are joined; other row ends are line ends.
 * @param right not part of the text where it still stands as it did. @param end where the text ends before that row does.
 * @param areJoined whether all rows are known to be one line.
 */
export function readText(
  screen: View,
  start: Position,
  endRow: number,
  right?: RightPrompt,
  end?: Position,
  areJoined = false,
): string {
  let text = ''
  const lastRow = end?.row ?? endRow
  for (let row = start.row; row <= lastRow; row++) {
    const from = row === start.row ? start.col : 0
    const to =
      end?.row === row ? end.col : row === start.row ? beforeRight(screen, row, from, right) : screen.cols
    const piece = screen.text(row, from, to)
    if (row < lastRow && areJoined) text += screen.text(row, from)
    else if (row < lastRow && runsOn(screen, row, to))
      text += piece.slice(0, piece.length - unused(screen, row))
    else text += piece.trimEnd() + (row < lastRow ? '\n' : '')
  }
  return text.trimEnd()
}

/** Where the line really ends: what stands behind it in grey was suggested, not typed. */
export function beforeSuggestion(
  screen: View,
  start: Position,
  endRow: number,
  right?: RightPrompt,
): Position | undefined {
  let found: Position | undefined
  for (let row = endRow; row >= start.row; row--) {
    const from = row === start.row ? start.col : 0
    let col = row === start.row ? beforeRight(screen, row, from, right) : screen.cols
    for (; col > from; col--) {
      if (screen.isFaint(row, col - 1)) {
        if (!blank(screen.text(row, col - 1, col))) found = { row, col: col - 1 }
      } else if (!blank(screen.text(row, col - 1, col))) return found
    }
  }
  return found
}

/** Whether the row is full because of what stands at the right of its prompt. */
export const endsInRight = (screen: View, row: number, right: RightPrompt | undefined): boolean =>
  right !== undefined &&
  shape(screen.text(row, right.col).trimEnd()) === shape(right.text) &&
  blank(screen.text(row, right.col - 1, right.col))

function beforeRight(screen: View, row: number, from: number, right: RightPrompt | undefined): number {
  if (right === undefined) return screen.cols
  const isThere = right.col > from && screen.text(row, right.col).trimEnd() === right.text
  if (isThere && blank(screen.text(row, right.col - 1, right.col))) return right.col
  // Redrawn elsewhere, with another time on it.
  const rest = screen.text(row, from).trimEnd()
  const gap = /\s{2,}(\S(?:.*\S)?)$/.exec(rest)
  if (gap === null) return screen.cols
  for (let at = rest.length - 1; at > 1; at--) {
    if (!blank(rest.slice(at - 2, at)) || blank(rest[at]!)) continue
    if (shape(rest.slice(at)) === shape(right.text)) return positionInRow(screen, row, from, at)
  }
  return screen.cols
}

function positionInRow(screen: View, row: number, from: number, characters: number): number {
  let left = characters
  for (let col = from; col < screen.cols; col++) {
    if (left <= 0) return col
    if (screen.width(row, col) > 0) left -= screen.text(row, col, col + 1).length
  }
  return screen.cols
}

/** A row written to its last cell goes on in the next; so does one with a cell left free for a wide character that did not fit. */
export function runsOn(screen: View, row: number, to = screen.cols): boolean {
  if (to < screen.cols) return false
  if (unused(screen, row) === 1) return screen.isWrapped(row + 1)
  if (!screen.isWritten(row, screen.cols - 1)) return false
  if (screen.isWrapped(row + 1) || !blank(screen.text(row, screen.cols - 1))) return true
  // A blank was typed there, where the row holds one such and not a stretch of them that fills it up.
  return !blank(screen.text(row, screen.cols - 2, screen.cols - 1)) && screen.isWritten(row + 1, 0)
}

/** Cells at the row's end left free because the wide character that follows did not fit; some programs blank them. */
const unused = (screen: View, row: number): number =>
  screen.width(row, screen.cols - 1) > 0 &&
  blank(screen.text(row, screen.cols - 1)) &&
  screen.isWritten(row, screen.cols - 2) &&
  screen.width(row + 1, 0) === 2
    ? 1
    : 0

/**
 * The end of a prompt known from before: nearest above the row, at the start of a line or, where output without a line end
 * came before it, within one.
 */
export function findPrompt(
  screen: View,
  { from, to, tails }: { readonly from: number; readonly to: number; readonly tails: readonly string[] },
): Position | undefined {
  const known = tails.filter((tail) => !blank(tail)).sort((a, b) => b.length - a.length)
  if (known.length === 0) return undefined
  for (let row = from; row >= Math.max(to, 0); row--) {
    const line = padded(screen, row)
    for (const tail of known) {
      if (line.startsWith(tail)) return positionAfter(screen, row, tail.length)
    }
    for (const tail of known) {
      const at = tail.trimEnd().length >= 4 ? line.indexOf(tail) : -1
      if (at > 0) return positionAfter(screen, row, at + tail.length)
    }
  }
  return undefined
}

/** A prompt ends in a blank, which at the end of a row may never have been written. */
const padded = (screen: View, row: number): string => `${wholeLine(screen, row)} `
