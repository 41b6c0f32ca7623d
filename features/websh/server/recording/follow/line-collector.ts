import type { IBuffer, IBufferLine, Terminal } from '@xterm/headless'
import { SEARCHED_CHARACTERS_MAX } from '../../../common/recording.ts'

/** A line as it stood on the screen, joined where it wrapped, without the blanks at its end. */
export interface ShownLine {
  readonly text: string
  /** When it had become this. */
  readonly milliseconds: number
  /** Where on the screen its beginning was, from 0. */
  readonly row: number
}

interface Shown {
  text: string
  milliseconds: number
  row: number
  isTold: boolean
}

/** No screen row is longer; a line that wraps on for ever is told in stretches, which lie over each other. */
const LINE_CHARACTERS_MAX = 4000

/** What was shown between two takings. */
export interface ShownLines {
  readonly lines: readonly ShownLine[]
  /** Lines beyond what one taking may hold: they are in no search. */
  readonly left: number
}

/**
 * Collects every line a terminal shows, also those that scroll by between two looks. A line that only grew is told once,
 * as it became: whatever it was before is within it. Has to look after at most as many lines as the scrollback keeps.
 */
export class LineCollector {
  readonly #terminal: Terminal
  /** By where the line is counted from the start of the terminal, in each of the two buffers. */
  #shown = new Map<number, Shown>()
  #marker: { readonly line: number; dispose(): void } | undefined
  /** The number of the marked line. */
  #top = 0
  #buffer: 'normal' | 'alternate' = 'normal'
  #told = new Map<string, ShownLine>()
  #toldCharacters = 0
  #left = 0

  #charactersMax = Number.POSITIVE_INFINITY

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#mark()
  }

  /** How much is told until the next taking; what is more is counted. */
  bound(charactersMax: number): void {
    this.#charactersMax = charactersMax
  }

  /** To be called after each write. */
  look(milliseconds: number): void {
    const { active } = this.#terminal.buffer
    if (active.type !== this.#buffer) this.restart()
    // Inserting lines pushes the mark down and deleting its line loses it: then all that may be new is looked at.
    const from = Math.min(Math.max(0, this.#marker?.line ?? 0), active.baseY)
    const end = active.baseY + this.#terminal.rows
    for (let line = this.#lapped(active, from, 0); line < end; ) {
      const { text, next } = logicalLine(active, line, end)
      this.#see(this.#top + line - from, text, milliseconds, Math.max(0, line - active.baseY))
      if (next <= active.baseY) this.#letGo(this.#top + line - from)
      line = next < end ? this.#lapped(active, next, line + 1) : next
    }
    this.#top += active.baseY - from
    this.#mark()
  }

  /** The screen was made anew or resized: what is on it is seen afresh. */
  restart(): void {
    for (const number of this.#shown.keys()) this.#letGo(number)
    this.#buffer = this.#terminal.buffer.active.type
    this.#top = 0
    this.#mark()
  }

  /** Everything shown since the last call, each text once. */
  take(): ShownLines {
    for (const shown of this.#shown.values()) this.#tell(shown)
    const taken = { lines: [...this.#told.values()], left: this.#left }
    this.#told = new Map()
    this.#toldCharacters = 0
    this.#left = 0
    return taken
  }

  /**
   * Where the next stretch begins when the one before it ends at `line`: so far back in a line that wraps on that whatever
   * can be looked for is whole in one of the two.
   */
  #lapped(buffer: IBuffer, line: number, first: number): number {
    // Wide characters take two columns.
    const rows = Math.ceil((2 * SEARCHED_CHARACTERS_MAX) / this.#terminal.cols) + 1
    let back = line
    while (back > first && line - back < rows && buffer.getLine(back)?.isWrapped) back--
    return back
  }

  #see(number: number, text: string, milliseconds: number, row: number) {
    const known = this.#shown.get(number)
    if (known?.text === text || (known === undefined && text === '')) return
    if (known && !text.startsWith(known.text)) this.#tell(known)
    this.#shown.set(number, { text, milliseconds, row, isTold: text === '' })
  }

  #letGo(number: number) {
    const known = this.#shown.get(number)
    if (known) this.#tell(known)
    this.#shown.delete(number)
  }

  #tell(shown: Shown) {
    if (shown.isTold) return
    shown.isTold = true
    const { text, milliseconds, row } = shown
    if (this.#told.has(text)) return
    // A few bytes change a long line: a program could make a segment show a hundred times its size.
    if (this.#toldCharacters + text.length >= this.#charactersMax) {
      this.#left++
      return
    }
    this.#toldCharacters += text.length + 1
    this.#told.set(text, { text, milliseconds, row })
  }

  #mark() {
    const { active } = this.#terminal.buffer
    this.#marker?.dispose()
    // The alternate buffer keeps no lines above the screen, so its lines never move.
    this.#marker = active.type === 'normal' ? this.#terminal.registerMarker(-active.cursorY) : undefined
  }
}

/** The line that begins at `from`, joined over the rows it wraps on to, and where the next one begins. */
export function logicalLine(buffer: IBuffer, from: number, end: number): { text: string; next: number } {
  let text = ''
  let next = from
  do {
    const line = buffer.getLine(next)
    if (line === undefined) return { text: text.trimEnd(), next: end }
    next++
    const below = next < end ? buffer.getLine(next) : undefined
    const wraps = below?.isWrapped === true
    text += wraps ? wrappedRow(line, below) : line.translateToString(true)
    if (!wraps) break
  } while (text.length < LINE_CHARACTERS_MAX)
  return { text: text.trimEnd(), next }
}

/** A wide character that has no room at the end of a row leaves a cell empty there and stands on the next: no blank was printed. */
function wrappedRow(row: IBufferLine, below: IBufferLine): string {
  const last = row.length - 1
  const isLeft = below.getCell(0)?.getWidth() === 2 && row.getCell(last)?.getChars() === ''
  return row.translateToString(false, 0, isLeft ? last : row.length)
}
