import type { Dialect } from './ended-line.ts'
import { bareText } from './keyed-text.ts'
import type { Position, View } from './screen.ts'
import { readText } from './screen-line.ts'

/** Lines kept that may be called back, and how long each may be. */
const MOST_LINES = 300
const MOST_CHARACTERS = 30_000
/** Rows below the cursor that may belong to a line called back. */
const MOST_ROWS = 30

interface Shown {
  readonly text: string
  readonly start: Position
  readonly endRow: number
  readonly dialect: Dialect
}

/**
 * Lines that were ended before. The history gives them back, and the screen does not show all of it: a blank at a row's end,
 * the beginning of a line longer than the screen, the rows below the cursor.
 */
export class CalledBack {
  readonly #lines: { readonly text: string; readonly bare: string }[] = []

  keep(text: string): void {
    if (text.length > MOST_CHARACTERS || text.trim() === '') return
    this.#lines.push({ text, bare: bareText(text) })
    if (this.#lines.length > MOST_LINES) this.#lines.shift()
  }

  /** @returns the line as it was when it was ended before, where what is shown is what the screen can show of it. */
  whole(screen: View, shown: Shown): string {
    const { text, start, endRow, dialect } = shown
    if (text.includes('\n')) {
      // zsh shows the end of a line that is longer than the screen.
      const end = /^>\.{4}\s*\n([\s\S]+)$/.exec(text)?.[1]
      if (end !== undefined) return this.#lines.findLast((line) => line.text.endsWith(end))?.text ?? text
      const same = this.#same(bareText(text))
      if (same !== undefined) return same
    }
    return (dialect === 'zle' ? this.#below(screen, start, endRow) : undefined) ?? text
  }

  #same(bare: string): string | undefined {
    return this.#lines.findLast((line) => line.bare === bare)?.text
  }

  /** zsh ends a line of several rows wherever the cursor is in it. */
  #below(screen: View, start: Position, endRow: number): string | undefined {
    const isSeveral = this.#lines.some(({ text }) => text.includes('\n'))
    for (
      let row = endRow + 1;
      isSeveral && row < Math.min(screen.top + screen.rows, endRow + MOST_ROWS);
      row++
    ) {
      if (screen.text(row).trim() === '') return undefined
      const found = this.#same(bareText(readText(screen, start, row)))
      if (found?.includes('\n')) return found
    }
    return undefined
  }
}
