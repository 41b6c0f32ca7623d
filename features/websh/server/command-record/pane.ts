import type { Anchor, Position, View } from './screen.ts'

/** Borders of panes meet and cross; corners are parts of prompts. */
const VERTICAL = new Set([...'│┃├┤┼┬┴║'])
const HORIZONTAL = new Set([...'─━├┤┼┬┴═'])

/**
 * The part of a screen the cursor is in, where a multiplexer has divided it by lines: a screen of its own to whoever reads
 * it.
 */
export class Pane implements View {
  readonly #screen: View
  readonly #left: number
  readonly #right: number
  readonly #bottom: number
  readonly top: number

  /** @param hasStatus whether the last row is the multiplexer's. */
  constructor(screen: View, hasStatus: boolean) {
    this.#screen = screen
    const { row, col } = screen.cursor
    this.#left = borderAt(screen, row, col, -1) + 1
    this.#right = borderAt(screen, row, col, 1)
    this.top = this.#edge(row, -1, screen.top - 1) + 1
    const last = screen.top + screen.rows - 1
    this.#bottom = this.#edge(row, 1, hasStatus && row !== last ? last : last + 1)
  }

  #edge(from: number, step: 1 | -1, limit: number): number {
    for (let row = from + step; row !== limit; row += step) {
      const text = this.#screen.text(row, this.#left, this.#right)
      if ([...text].every((character) => HORIZONTAL.has(character))) return row
    }
    return limit
  }

  get cols(): number {
    return this.#right - this.#left
  }

  get rows(): number {
    return this.#bottom - this.top
  }

  get isAlternate(): boolean {
    return this.#screen.isAlternate
  }

  get cursor(): Position {
    const { row, col } = this.#screen.cursor
    return { row, col: col - this.#left }
  }

  anchor({ row, col }: Position): Anchor {
    return { position: { row, col }, release: () => {} }
  }

  /** The multiplexer draws each row by itself: a row that is full goes on in the next. */
  isWrapped(row: number): boolean {
    if (row <= this.top || row >= this.#bottom) return false
    const last = this.text(row - 1, this.cols - 1)
    return last.trim() !== '' && this.text(row, 0, 1).trim() !== ''
  }

  lineStart(row: number): number {
    let start = row
    while (start > this.top && this.isWrapped(start)) start--
    return start
  }

  text(row: number, from = 0, to = this.cols): string {
    if (row < this.top || row >= this.#bottom) return ''
    return this.#screen.text(row, from + this.#left, Math.min(to, this.cols) + this.#left)
  }

  isWritten(row: number, col: number): boolean {
    return this.#screen.isWritten(row, col + this.#left)
  }

  isFaint(row: number, col: number): boolean {
    return this.#screen.isFaint(row, col + this.#left)
  }

  width(row: number, col: number): number {
    return this.#screen.width(row, col + this.#left)
  }
}

/** The nearest column with a line through the cursor's row and at least one beside it; else the screen's edge. */
function borderAt(screen: View, row: number, from: number, step: 1 | -1): number {
  const isLine = (at: number, col: number) => VERTICAL.has(screen.text(at, col, col + 1))
  for (let col = from + step; col >= 0 && col < screen.cols; col += step) {
    if (isLine(row, col) && (isLine(row - 1, col) || isLine(row + 1, col))) return col
  }
  return step < 0 ? -1 : screen.cols
}
