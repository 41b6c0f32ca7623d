import type { Position, Screen } from './screen.ts'

/** What stood at the right of the prompt's row before anything was typed. */
export interface RightPrompt {
  readonly col: number
  readonly text: string
}

const blank = (text: string): boolean => text.trim() === ''
const shape = (text: string): string => text.trim().replace(/\d+/g, '0')

/** What stands before the position, from where its line begins. */
export function tailBefore(screen: Screen, { row, col }: Position): string {
  let tail = ''
  for (let at = screen.lineStart(row); at < row; at++) tail += screen.text(at)
  return tail + screen.text(row, 0, col)
}

export function rightOf(screen: Screen, { row, col }: Position): RightPrompt | undefined {
  const rest = screen.text(row, col)
  if (blank(rest)) return undefined
  let at = col
  while (at < screen.cols && blank(screen.text(row, at, at + 1))) at++
  return { col: at, text: screen.text(row, at).trimEnd() }
}

/** The whole of the line that begins on this row, over the rows it is wrapped to. */
export function wholeLine(screen: Screen, start: number): string {
  let text = screen.text(start)
  for (let row = start + 1; row < screen.top + screen.rows && screen.isWrapped(row); row++)
    text += screen.text(row)
  return text.trimEnd()
}

/** Where in the line that begins on this row so many of its characters are over. */
export function positionAfter(screen: Screen, start: number, characters: number): Position {
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
 * @param right not part of the text where it still stands as it did.
 */
export function readText(screen: Screen, start: Position, endRow: number, right?: RightPrompt): string {
  let text = ''
  for (let row = start.row; row <= endRow; row++) {
    const from = row === start.row ? start.col : 0
    const to = row === start.row ? beforeRight(screen, row, from, right) : screen.cols
    const piece = screen.text(row, from, to)
    if (row < endRow && runsOn(screen, row, to)) text += piece.slice(0, piece.length - unused(screen, row))
    else text += piece.trimEnd() + (row < endRow ? '\n' : '')
  }
  return text.trimEnd()
}

function beforeRight(screen: Screen, row: number, from: number, right: RightPrompt | undefined): number {
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

function positionInRow(screen: Screen, row: number, from: number, characters: number): number {
  let left = characters
  for (let col = from; col < screen.cols; col++) {
    if (left <= 0) return col
    if (screen.width(row, col) > 0) left -= screen.text(row, col, col + 1).length
  }
  return screen.cols
}

/** A row written to its last cell goes on in the next; one with a cell left free only for a wide character that did not fit does too. */
function runsOn(screen: Screen, row: number, to: number): boolean {
  if (to < screen.cols) return false
  if (screen.isWritten(row, screen.cols - 1))
    return screen.isWrapped(row + 1) || !blank(screen.text(row, screen.cols - 1))
  return screen.isWrapped(row + 1) && unused(screen, row) === 1 && screen.width(row + 1, 0) === 2
}

const unused = (screen: Screen, row: number): number =>
  !screen.isWritten(row, screen.cols - 1) && screen.isWritten(row, screen.cols - 2) ? 1 : 0

/**
 * The end of a prompt known from before: nearest above the row, at the start of a line or, where output without a line end
 * came before it, within one.
 */
export function findPrompt(
  screen: Screen,
  { from, to, tails }: { readonly from: number; readonly to: number; readonly tails: readonly string[] },
): Position | undefined {
  const known = tails.filter((tail) => !blank(tail)).sort((a, b) => b.length - a.length)
  if (known.length === 0) return undefined
  for (let row = screen.lineStart(from); row >= to; row = screen.lineStart(row - 1)) {
    const line = padded(screen, row)
    for (const tail of known) {
      if (line.startsWith(tail)) return positionAfter(screen, row, tail.length)
    }
    for (const tail of known) {
      const at = tail.trimEnd().length >= 4 ? line.indexOf(tail) : -1
      if (at > 0) return positionAfter(screen, row, at + tail.length)
    }
    if (row === 0) return undefined
  }
  return undefined
}

/** A prompt ends in a blank, which at the end of a row may never have been written. */
const padded = (screen: Screen, row: number): string => `${wholeLine(screen, row)} `
